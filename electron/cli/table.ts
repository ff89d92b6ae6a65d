// Columns for people: as wide as their content, numbers to the right.

export type Cell = string | number | null | undefined

const shown = (cell: Cell): string => {
  if (cell === null || cell === undefined) return '-'
  return typeof cell === 'number' ? String(Number(cell.toPrecision(6))) : cell
}

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head, ...rows.map(row => row.map(shown))]
  const widths = head.map((_, column) => Math.max(...texts.map(row => row[column]?.length ?? 0)))
  const isNumber = head.map((_, column) => rows.length > 0 && rows.every(row => typeof row[column] !== 'string'))
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => (isNumber[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd()
  return texts.map(line).join('\n')
}
