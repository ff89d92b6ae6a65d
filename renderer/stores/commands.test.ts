// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { SagittaError } from '#common/errors'
import { inApp, withStores } from '../testing/stores'
import { useCommands, type Command } from './commands'
import { useNotices } from './notices'
import { useSettings } from './settings'

const command = (part: Partial<Command>): Command => ({
  id: 'a.b',
  title: 'Do it',
  group: 'Test',
  run: () => undefined,
  ...part,
})
const down = (key: string, target: EventTarget = document.body, init: KeyboardEventInit = {}): KeyboardEvent => {
  const event = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...init })
  Object.defineProperty(event, 'target', { value: target })
  return event
}

describe('commands', () => {
  it('run by their key, and take the key from the page', () => {
    const run = vi.fn()
    const commands = inApp(withStores(), useCommands)
    commands.register([command({ keys: ['B'], run })])
    const event = down('b')
    expect(commands.handle(event)).toBe(true)
    expect(run).toHaveBeenCalledOnce()
    expect(event.defaultPrevented).toBe(true)
  })

  it('leave letters to a text field, and take what no field uses', () => {
    const commands = inApp(withStores(), useCommands)
    const [letter, combination] = [vi.fn(), vi.fn()]
    commands.register([
      command({ keys: ['B'], run: letter }),
      command({ id: 'a.c', keys: ['Ctrl+K'], run: combination }),
    ])
    const field = document.createElement('input')
    expect(commands.handle(down('b', field))).toBe(false)
    expect(commands.handle(down('k', field, { ctrlKey: true }))).toBe(true)
    expect([letter.mock.calls.length, combination.mock.calls.length]).toEqual([0, 1])
  })

  it('of one key, the first that can run runs', () => {
    const commands = inApp(withStores(), useCommands)
    const second = vi.fn()
    commands.register([
      command({ keys: ['A'], enabled: () => 'not now.' }),
      command({ id: 'a.c', keys: ['A'], run: second }),
    ])
    expect(commands.handle(down('a'))).toBe(true)
    expect(second).toHaveBeenCalledOnce()
  })

  it('say why they can’t run, and what failed when they did', async () => {
    const stores = withStores()
    const commands = inApp(stores, useCommands)
    const notices = inApp(stores, useNotices)
    commands.register([
      command({ enabled: () => 'nothing is open.' }),
      command({
        id: 'a.c',
        run: () => Promise.reject(new SagittaError('not-writable', 'The folder can’t be written.')),
      }),
    ])
    commands.run('a.b')
    commands.run('a.c')
    await flushPromises()
    expect(notices.history.map(({ tone, text }) => [tone, text])).toEqual([
      ['info', 'Do it: nothing is open.'],
      ['error', 'The folder can’t be written.'],
    ])
  })

  it('obey the person’s keymap, an empty one too', async () => {
    const stores = withStores()
    const commands = inApp(stores, useCommands)
    const settings = inApp(stores, useSettings)
    commands.register([command({ keys: ['B'] })])
    await settings.change({ keymap: { 'a.b': 'P Ctrl+P' } })
    expect(commands.keysFor('a.b')).toEqual(['P', 'Ctrl+P'])
    await settings.change({ keymap: { 'a.b': '' } })
    expect(commands.handle(down('b'))).toBe(false)
  })

  it('leave with the component that brought them', () => {
    const commands = inApp(withStores(), useCommands)
    const scope = effectScope()
    scope.run(() => commands.register([command({})]))
    expect(commands.list).toHaveLength(1)
    scope.stop()
    expect(commands.list).toHaveLength(0)
  })
})

describe('settings', () => {
  it('go back when they could not be kept', async () => {
    const stores = withStores()
    const settings = inApp(stores, useSettings)
    await settings.load()
    stores.world.fail('app.setSettings', new SagittaError('not-writable', 'settings.json can’t be written.'))
    await expect(settings.change({ theme: 'light' })).rejects.toMatchObject({ code: 'not-writable' })
    expect(settings.current.theme).toBe('dark')
  })
})
