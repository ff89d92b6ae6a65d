import { describe, expect, it } from 'vitest'
import { keyRows, rebind } from './keymap'

const commands = [
  { id: 'a', title: 'Brush', group: 'Draw', keys: ['B'] },
  { id: 'b', title: 'Eraser', group: 'Draw', keys: ['E'] },
  { id: 'c', title: 'Open', group: 'Project' },
]
const keysIn = (keymap: Record<string, string>) => (id: string) =>
  (keymap[id]?.split(' ') ?? commands.find(command => command.id === id)?.keys ?? []).filter(keys => keys !== '')

describe('keymap', () => {
  it('groups commands, marks own keys and names who shares them', () => {
    const groups = keyRows(commands, keysIn({ b: 'B' }))
    expect(groups.map(({ group }) => group)).toEqual(['Draw', 'Project'])
    expect(groups[0]!.rows).toMatchObject([
      { id: 'a', own: false, sharedWith: ['Eraser'] },
      { id: 'b', own: true, keys: ['B'], sharedWith: ['Brush'] },
    ])
  })

  it('keeps only what differs from the default', () => {
    const changed = rebind({}, commands[0]!, ['P'])
    expect(changed).toEqual({ a: 'P' })
    expect(rebind(changed, commands[0]!, ['B'])).toEqual({})
    expect(rebind({}, commands[1]!, [])).toEqual({ b: '' })
    expect(rebind({}, commands[2]!, [])).toEqual({})
  })
})
