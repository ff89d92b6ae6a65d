import { describe, expect, it } from 'vitest'
import { formatKeys, isTyping, keysOf, parseKeys, showKeys, type KeyPress } from './keys'

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('key combinations', () => {
  it.each([
    [press('k', { ctrlKey: true }), 'Ctrl+K'],
    [press('k', { metaKey: true }), 'Ctrl+K'],
    [press('S', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+S'],
    [press('b'), 'B'],
    [press('L', { shiftKey: true }), 'Shift+L'],
    [press('F6', { shiftKey: true }), 'Shift+F6'],
    [press(' '), 'Space'],
    [press('+', { ctrlKey: true }), 'Ctrl+Plus'],
    [press('PageUp'), 'PageUp'],
    [press('ä'), 'Ä'],
  ])('reads %o as %s', (event, keys) => expect(keysOf(event)).toBe(keys))

  it('means the sign, however a keyboard makes it', () => {
    expect(keysOf(press('?', { shiftKey: true }))).toBe('?')
    const altGr = { ctrlKey: true, altKey: true, getModifierState: (name: string) => name === 'AltGraph' }
    expect(keysOf(press('[', altGr))).toBe('[')
  })

  it.each(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'])('a held %s alone is nothing', key =>
    expect(keysOf(press(key))).toBeNull(),
  )

  it('shows them short', () => {
    expect(showKeys('Ctrl+Shift+PageUp')).toBe('Ctrl Shift PgUp')
    expect(showKeys('Ctrl+Plus')).toBe('Ctrl +')
  })

  it('keeps alternatives through text and back', () => {
    expect(parseKeys(formatKeys(['PageUp', 'Ctrl+ArrowUp']))).toEqual(['PageUp', 'Ctrl+ArrowUp'])
    expect(parseKeys('')).toEqual([])
  })

  it.each(['A', 'Shift+A', '[', 'Enter', 'ArrowUp', 'Ctrl+Z', 'Ctrl+Shift+Z', 'Ctrl+V'])(
    '%s belongs to a text field',
    keys => expect(isTyping(keys)).toBe(true),
  )
  it.each(['Ctrl+K', 'Ctrl+Enter', 'F6', 'Shift+F6', 'Alt+1'])('%s works in a text field too', keys =>
    expect(isTyping(keys)).toBe(false),
  )
})
