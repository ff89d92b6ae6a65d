// The keymap as a table: commands by group with the keys in force, and which combinations two commands share. Pure.
import { formatKeys } from '../../stores/keys'

export interface KeyRow {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly keys: readonly string[]
  /** Differs from the default. */
  readonly own: boolean
  /** Titles of other commands with one of these keys. */
  readonly sharedWith: readonly string[]
}

interface Bindable {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly keys?: readonly string[]
}

export function keyRows(
  commands: readonly Bindable[],
  keysFor: (id: string) => readonly string[],
): readonly { readonly group: string; readonly rows: readonly KeyRow[] }[] {
  const rows = commands.map((command): KeyRow => {
    const keys = keysFor(command.id)
    const sharedWith = commands
      .filter(other => other.id !== command.id && keysFor(other.id).some(key => keys.includes(key)))
      .map(other => other.title)
    const own = formatKeys(keys) !== formatKeys(command.keys ?? [])
    return { id: command.id, title: command.title, group: command.group, keys, own, sharedWith }
  })
  const groups = [...new Set(rows.map(row => row.group))]
  return groups.map(group => ({ group, rows: rows.filter(row => row.group === group) }))
}

/** The keymap with one command's keys replaced; back to the default when they equal it. */
export function rebind(
  keymap: Readonly<Record<string, string>>,
  command: Bindable,
  keys: readonly string[],
): Record<string, string> {
  const rest = Object.fromEntries(Object.entries(keymap).filter(([id]) => id !== command.id))
  return formatKeys(keys) === formatKeys(command.keys ?? []) ? rest : { ...rest, [command.id]: formatKeys(keys) }
}
