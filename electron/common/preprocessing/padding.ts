// Padding to the network's multiple, and cutting it off again (CASES T02). The same in training and in inference.
import type { Preprocessing } from '../ipc/training'

export const roundUp = (size: number, multiple: number): number => Math.ceil(size / multiple) * multiple

/**
 * Copies a slice into the upper left corner of a larger one. What is added, right and below, repeats the last column and row
 * (`edge`) or is 0, the mean after normalisation (`constant`). Its weight in losses is the caller's to leave at 0.
 */
export function padInto(
  values: Float32Array,
  from: { columns: number; rows: number },
  out: Float32Array,
  to: { columns: number; rows: number },
  mode: Preprocessing['padding'],
): void {
  for (let row = 0; row < to.rows; row++) {
    const inside = row < from.rows
    const start = row * to.columns
    if (!inside && mode === 'constant') {
      out.fill(0, start, start + to.columns)
      continue
    }
    const source = (inside ? row : from.rows - 1) * from.columns
    out.set(values.subarray(source, source + from.columns), start)
    out.fill(mode === 'edge' ? values[source + from.columns - 1]! : 0, start + from.columns, start + to.columns)
  }
}

/** The upper left corner again: rows of `padded`, which may hold more behind it, cut to `to`. */
export function crop(padded: Float32Array, paddedColumns: number, to: { columns: number; rows: number }): Float32Array {
  if (paddedColumns === to.columns) return padded.subarray(0, to.columns * to.rows)
  const out = new Float32Array(to.columns * to.rows)
  for (let row = 0; row < to.rows; row++)
    out.set(padded.subarray(row * paddedColumns, row * paddedColumns + to.columns), row * to.columns)
  return out
}
