// Segmented palettes (PS3.3 C.7.9.2): a table written as runs of values, straight lines, and repeats of earlier runs.

const DISCRETE = 0
const LINEAR = 1
const INDIRECT = 2

/** A run of values as written, or the end of a line from the value before it. */
interface Segment {
  readonly kind: typeof DISCRETE | typeof LINEAR
  readonly length: number
  readonly values: readonly number[]
}

/**
 * @param words of the segmented data
 * @param length entries of the table
 * @param wordBytes 1 or 2: indirect segments count offsets in bytes
 * @returns null when the segments contradict themselves or fill less than the table
 */
export function expandSegments(words: readonly number[], length: number, wordBytes: 1 | 2): number[] | null {
  const table: number[] = []
  /** By the word at which a segment begins. */
  const starts = new Map<number, number>()
  const seen: Segment[] = []
  for (let at = 0; at < words.length && table.length < length;) {
    const [kind, count] = [words[at]!, words[at + 1] ?? 0]
    if (kind === INDIRECT) {
      const first = starts.get(offsetOf(words, at + 2, wordBytes))
      const repeated = first === undefined ? [] : seen.slice(first, first + count)
      if (repeated.length < count || !repeated.every(segment => append(table, segment, length))) return null
      at += 2 + 4 / wordBytes
    } else if (kind === DISCRETE || kind === LINEAR) {
      const taken = kind === DISCRETE ? count : 1
      const segment: Segment = { kind, length: count, values: words.slice(at + 2, at + 2 + taken) }
      if (segment.values.length < taken || !append(table, segment, length)) return null
      starts.set(at, seen.length)
      seen.push(segment)
      at += 2 + taken
    } else return null
  }
  return table.length === length ? table : null
}

/** Four bytes, the least significant word first; in words. */
function offsetOf(words: readonly number[], at: number, wordBytes: 1 | 2): number {
  const parts = words.slice(at, at + 4 / wordBytes)
  return parts.reduce((sum, part, n) => sum + part * 2 ** (8 * wordBytes * n), 0) / wordBytes
}

/** Fills the table up to `limit` and no further, whatever the segment says. False for a line with nothing before it. */
function append(table: number[], { kind, length, values }: Segment, limit: number): boolean {
  if (kind === DISCRETE) {
    for (const value of values) if (table.length < limit) table.push(value)
    return true
  }
  const from = table.at(-1)
  const to = values[0]!
  if (from === undefined) return false
  for (let n = 1; n <= length && table.length < limit; n++) table.push(Math.round(from + ((to - from) * n) / length))
  return true
}
