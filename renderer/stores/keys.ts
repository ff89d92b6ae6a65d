// Key combinations as text ("Ctrl+Shift+S", "PageUp", "["): read from events, compared, shown. Pure.

/** The part of a KeyboardEvent that says which combination it is. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  getModifierState?(name: string): boolean
}

const NAMED: Readonly<Record<string, string>> = { ' ': 'Space', '+': 'Plus' }
const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock'])
const SHORT: Readonly<Record<string, string>> = {
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
  Plus: '+',
}

const isLetter = (key: string): boolean => key.length === 1 && key.toLowerCase() !== key.toUpperCase()

/**
 * The combination of a key press, or null for a modifier alone. Ctrl and Cmd are one. Shift is part of it for letters and named
 * keys only: on many keyboards `?` or `[` needs Shift or AltGr, and the sign is what is meant.
 */
export function keysOf(event: KeyPress): string | null {
  if (MODIFIERS.has(event.key)) return null
  const sign = event.key.length === 1 && !isLetter(event.key) && event.key !== ' '
  const altGr = event.getModifierState?.('AltGraph') === true
  const parts: string[] = []
  if ((event.ctrlKey || event.metaKey) && !altGr) parts.push('Ctrl')
  if (event.altKey && !altGr) parts.push('Alt')
  if (event.shiftKey && !sign) parts.push('Shift')
  parts.push(NAMED[event.key] ?? (isLetter(event.key) ? event.key.toUpperCase() : event.key))
  return parts.join('+')
}

/** "Ctrl+Shift+PageUp" as it is shown: "Ctrl Shift PgUp". */
export const showKeys = (keys: string): string =>
  keys
    .split('+')
    .map(part => SHORT[part] ?? part)
    .join(' ')

/** A keymap value: alternatives separated by spaces; empty for none. */
export const parseKeys = (text: string): string[] => text.split(' ').filter(part => part !== '')
export const formatKeys = (keys: readonly string[]): string => keys.join(' ')

/** Keys that a text field uses itself. */
export const isTyping = (keys: string): boolean => {
  const [first] = keys.split('+')
  return (
    !(first === 'Ctrl' || first === 'Alt' || /^(Shift\+)?F\d+$/.test(keys)) || /^Ctrl\+(Shift\+)?[ZYXCVA]$/.test(keys)
  )
}
