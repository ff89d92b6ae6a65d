// Which commands a query means, best first. Pure.

export interface Findable {
  readonly title: string
  readonly group: string
}

/**
 * How well a title fits: 0 for not at all. Whole words at their start count most, then words inside, then letters in order.
 */
export function fit(query: string, { title, group }: Findable): number {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return 1
  const text = title.toLowerCase()
  if (text.startsWith(wanted)) return 5
  if (text.includes(` ${wanted}`)) return 4
  const words = wanted.split(/\s+/)
  const all = `${group} ${title}`.toLowerCase()
  if (words.every(word => all.includes(word))) return 3
  let at = -1
  for (const letter of wanted.replaceAll(' ', '')) {
    at = text.indexOf(letter, at + 1)
    if (at === -1) return 0
  }
  return 1
}

/** The fitting ones, best first; equals keep their order. */
export const find = <T extends Findable>(query: string, commands: readonly T[]): T[] =>
  commands
    .map((command, order) => ({ command, order, score: fit(query, command) }))
    .filter(entry => entry.score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(entry => entry.command)
