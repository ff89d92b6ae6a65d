// @vitest-environment happy-dom
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SagittaError } from '#common/errors'
import { createFakeApi } from '../../api/fake'
import { mountWith } from '../../testing/mount'
import { useCommands, useDialogs, useNotices } from '../../stores'
import CommandPalette from './CommandPalette.vue'
import { find, fit } from './palette'
import { axesOf, valueOf } from './readoutText'
import { cycleRegion } from './regions'
import ToastStack from './ToastStack.vue'

let wrapper: VueWrapper | null = null
afterEach(() => {
  wrapper?.unmount()
  document.body.innerHTML = ''
})

describe('finding commands', () => {
  const titles = ['Open project', 'Close', 'Show the project folder', 'Export the target map']
  const commands = titles.map(title => ({ title, group: 'Project' }))
  it('ranks starts over inner words over letters', () => {
    expect(find('open', commands).map(({ title }) => title)[0]).toBe('Open project')
    expect(find('project folder', commands)[0]?.title).toBe('Show the project folder')
    expect(find('etm', commands).map(({ title }) => title)).toEqual(['Export the target map'])
  })
  it('keeps all for an empty query and none for nonsense', () => {
    expect(find('', commands)).toHaveLength(4)
    expect(fit('xyz', commands[0]!)).toBe(0)
  })
})

describe('readout', () => {
  it('names millimetres by their direction in the patient', () => {
    expect(axesOf([-75.3, -17.8, 14])).toEqual([
      { letter: 'R', mm: '75.3' },
      { letter: 'A', mm: '17.8' },
      { letter: 'S', mm: '14.0' },
    ])
    expect(axesOf([1, 2, -3])?.map(({ letter }) => letter)).toEqual(['L', 'P', 'I'])
    expect(axesOf(null)).toBeNull()
  })
  it('writes values of all kinds', () => {
    expect(valueOf(-1024)).toBe('\u22121024')
    expect(valueOf(0.12345)).toBe('0.1235')
    expect(valueOf([255, 0, 10])).toBe('255 0 10')
    expect(valueOf(null)).toBe('no data')
  })
})

describe('F6', () => {
  it('goes round the regions, to the current item of each, both ways', () => {
    document.body.innerHTML = `
      <header data-region><button id="a">A</button></header>
      <aside data-region><button id="b">B</button><button id="c" aria-current="true">C</button></aside>
      <main data-region id="d"></main>
      <div hidden><section data-region><button id="e">E</button></section></div>`
    const visited = (backwards: boolean) => {
      cycleRegion(document, backwards)
      return document.activeElement?.id
    }
    document.getElementById('a')?.focus()
    expect([visited(false), visited(false), visited(false)]).toEqual(['c', 'd', 'a'])
    expect([visited(true), visited(true)]).toEqual(['d', 'c'])
  })
})

describe('toasts', () => {
  it('tell errors as alerts and the rest as status, act once, and close', async () => {
    const run = vi.fn()
    let notices!: ReturnType<typeof useNotices>
    wrapper = mountWith(ToastStack, { props: { rail: 'right' }, setup: () => (notices = useNotices()) })
    notices.say({ tone: 'ok', text: 'Saved.', action: { title: 'Show file', run } })
    notices.fail(new SagittaError('disk-full', 'The disk is full.'))
    await flushPromises()
    const toasts = wrapper.findAll('[data-testid=toast]')
    expect(toasts.map(toast => toast.attributes('role'))).toEqual(['status', 'alert'])
    expect(document.activeElement).toBe(document.body)
    await toasts[0]!.get('.act').trigger('click')
    expect(run).toHaveBeenCalledOnce()
    expect(notices.shown.map(({ text }) => text)).toEqual(['The disk is full.'])
    await wrapper.get('[aria-label="Close this message"]').trigger('click')
    expect(notices.shown).toEqual([])
  })
})

describe('palette', () => {
  it('runs what is chosen and closes, and gives the reason for what can’t run', async () => {
    const run = vi.fn()
    let dialogs!: ReturnType<typeof useDialogs>
    wrapper = mountWith(CommandPalette, {
      fake: createFakeApi(),
      setup: () => {
        dialogs = useDialogs()
        dialogs.show({ name: 'palette' })
        useCommands().register([
          { id: 'a.run', title: 'Run it', group: 'Test', keys: ['Ctrl+R'], run },
          { id: 'a.not', title: 'Refuse it', group: 'Test', enabled: () => 'nothing is open.', run },
          { id: 'a.hidden', title: 'Step', group: 'Test', hidden: true, run },
        ])
      },
    })
    await flushPromises()
    const items = [...document.querySelectorAll<HTMLElement>('[role=option]')]
    expect(items.map(item => item.textContent)).toEqual([
      expect.stringContaining('Run it'),
      expect.stringContaining('nothing is open.'),
    ])
    items[0]!.click()
    await flushPromises()
    expect(run).toHaveBeenCalledOnce()
    expect(dialogs.current).toBeNull()
  })
})
