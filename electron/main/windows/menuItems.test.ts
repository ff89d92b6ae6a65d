import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acceleratorOf, COMMAND_MENUS } from './menuItems'

describe('keys in the menu', () => {
  it.each([
    ['Ctrl+Shift+S', 'CmdOrCtrl+Shift+S'],
    ['Ctrl+K Ctrl+Shift+P', 'CmdOrCtrl+K'],
    ['Plus =', 'Plus'],
    ['ArrowUp', 'Up'],
    ['[', '['],
    ['F6', 'F6'],
  ])('shows %s', (keys, shown) => expect(acceleratorOf(keys)).toBe(shown))

  it.each(['', 'Ctrl', 'Ctrl+Ü', 'Hyper+X', 'F25', 'nonsense'])('leaves out what the system cannot show: "%s"', keys =>
    expect(acceleratorOf(keys)).toBeNull(),
  )

  it('can show every default', () => {
    const items = COMMAND_MENUS.flatMap(menu => menu.items).filter(item => item !== 'separator')
    for (const { keys } of items) expect(keys === '' || acceleratorOf(keys) !== null, keys).toBe(true)
  })
})

it('the menu names only commands that the page has', () => {
  const features = join(import.meta.dirname, '../../../renderer/features')
  const sources = readdirSync(features, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(ts|vue)$/.test(file))
    .map(file => readFileSync(join(features, file), 'utf8'))
    .join('\n')
  const missing = COMMAND_MENUS.flatMap(menu => menu.items)
    .flatMap(item => (item === 'separator' ? [] : item.command))
    .filter(command => !sources.includes(`id: '${command}'`))
  expect(missing).toEqual([])
})
