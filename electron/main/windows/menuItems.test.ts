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

/** What the page's features register, read from their source: id, title and default keys. */
function pageCommands(): Map<string, { title: string; keys: string }> {
  const features = join(import.meta.dirname, '../../../renderer/features')
  const sources = readdirSync(features, { recursive: true, encoding: 'utf8' })
    .filter(file => /commands\.ts$/.test(file))
    .map(file => readFileSync(join(features, file), 'utf8'))
    .join('\n')
  const entries = sources.matchAll(/id: '([\w.-]+)',\s*title: '([^']*)'([^}]*)/g)
  return new Map(
    [...entries].map(([, id, title, rest]) => [
      id!,
      { title: title!, keys: /keys: \[([^\]]*)\]/.exec(rest!)?.[1] ?? '' },
    ]),
  )
}

it("the menu names the page's commands as the page does, with the same keys", () => {
  const page = pageCommands()
  for (const { command, label, keys } of COMMAND_MENUS.flatMap(menu => menu.items).filter(
    item => item !== 'separator',
  )) {
    expect(page.get(command)?.title, command).toBe(label)
    expect(page.get(command)?.keys.replaceAll("'", '').split(', ')[0], command).toBe(keys)
  }
})
