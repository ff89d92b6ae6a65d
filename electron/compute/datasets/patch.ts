// Cutting one patch out of a slice: values, classes and weights, turned and scaled on the way.
import type { Turn } from './augmentation'

export interface SlicePixels {
  readonly columns: number
  readonly rows: number
  readonly values: Float32Array
  readonly classes: Uint8Array
}

/** Where one patch goes in the batch: row-major, `columns x rows` each. */
export interface PatchTarget {
  readonly columns: number
  readonly rows: number
  readonly image: Float32Array
  readonly target: Int32Array
  readonly weight: Float32Array
}

/**
 * Fills `out` with the surroundings of the slice pixel (column, row), which becomes the patch's pixel (columns / 2, rows / 2).
 * Outside the slice the border value is repeated, and the weight is 0: what isn't there teaches nothing.
 * Values are interpolated linearly, classes are the nearest pixel's.
 */
export function cutPatch(slice: SlicePixels, column: number, row: number, turn: Turn | null, out: PatchTarget): void {
  if (turn) cutTurned(slice, column, row, turn, out)
  else cutStraight(slice, column, row, out)
}

const clamp = (value: number, last: number): number => (value < 0 ? 0 : value > last ? last : value)

function cutStraight(slice: SlicePixels, column: number, row: number, out: PatchTarget): void {
  const left = column - (out.columns >> 1)
  const top = row - (out.rows >> 1)
  let at = 0
  for (let r = 0; r < out.rows; r++) {
    const y = top + r
    const start = clamp(y, slice.rows - 1) * slice.columns
    const rowInside = y >= 0 && y < slice.rows
    for (let c = 0; c < out.columns; c++, at++) {
      const x = left + c
      const from = start + clamp(x, slice.columns - 1)
      out.image[at] = slice.values[from]!
      out.target[at] = slice.classes[from]!
      out.weight[at] = rowInside && x >= 0 && x < slice.columns ? 1 : 0
    }
  }
}

function cutTurned(slice: SlicePixels, column: number, row: number, turn: Turn, out: PatchTarget): void {
  const { columns, rows, values, classes } = slice
  const lastColumn = columns - 1
  const lastRow = rows - 1
  let at = 0
  for (let r = 0; r < out.rows; r++) {
    const dr = r - (out.rows >> 1)
    for (let c = 0; c < out.columns; c++, at++) {
      const dc = c - (out.columns >> 1)
      const x = column + turn.columnToColumn * dc + turn.rowToColumn * dr
      const y = row + turn.columnToRow * dc + turn.rowToRow * dr
      const inside = x >= -0.5 && y >= -0.5 && x < columns - 0.5 && y < rows - 0.5
      const x0 = clamp(Math.floor(x), lastColumn)
      const y0 = clamp(Math.floor(y), lastRow)
      const x1 = x0 < lastColumn ? x0 + 1 : x0
      const y1 = y0 < lastRow ? y0 + 1 : y0
      const fx = clamp(x - x0, 1)
      const fy = clamp(y - y0, 1)
      const upper = y0 * columns
      const lower = y1 * columns
      const top = values[upper + x0]! + fx * (values[upper + x1]! - values[upper + x0]!)
      const bottom = values[lower + x0]! + fx * (values[lower + x1]! - values[lower + x0]!)
      out.image[at] = top + fy * (bottom - top)
      out.target[at] = classes[(fy < 0.5 ? upper : lower) + (fx < 0.5 ? x0 : x1)]!
      out.weight[at] = inside ? 1 : 0
    }
  }
}
