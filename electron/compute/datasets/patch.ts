// Cutting one patch out of a slice: values, classes and weights, turned and scaled on the way.
import type { Turn } from './augmentation'

/** Which part of a slice becomes a patch. */
export interface PatchPlace {
  /** Of the slice. */
  readonly columns: number
  readonly rows: number
  /** The slice pixel that becomes the patch's pixel (patchColumns / 2, patchRows / 2). */
  readonly column: number
  readonly row: number
  readonly patchColumns: number
  readonly patchRows: number
  /** null: pixels are copied as they are. */
  readonly turn: Turn | null
}

const STRAIGHT: Turn = { columnToColumn: 1, rowToColumn: 0, columnToRow: 0, rowToRow: 1 }

const clamp = (value: number, last: number): number => (value < 0 ? 0 : value > last ? last : value)

/** Values, interpolated linearly; outside the slice the border value is repeated. */
export function cutValues(values: Float32Array, place: PatchPlace, out: Float32Array): void {
  const { columns, rows, patchColumns, patchRows } = place
  const { columnToColumn, rowToColumn, columnToRow, rowToRow } = place.turn ?? STRAIGHT
  const [lastColumn, lastRow] = [columns - 1, rows - 1]
  const [halfColumns, halfRows] = [patchColumns >> 1, patchRows >> 1]
  let at = 0
  for (let r = -halfRows; r < patchRows - halfRows; r++)
    for (let c = -halfColumns; c < patchColumns - halfColumns; c++, at++) {
      const x = clamp(place.column + rowToColumn * r + columnToColumn * c, lastColumn)
      const y = clamp(place.row + rowToRow * r + columnToRow * c, lastRow)
      // Not Math.floor: x and y are not negative, and this is the hot loop of augmentation.
      const x0 = x | 0
      const y0 = y | 0
      const right = x0 < lastColumn ? 1 : 0
      const upper = y0 * columns + x0
      const lower = y0 < lastRow ? upper + columns : upper
      const fx = x - x0
      const top = values[upper]! + fx * (values[upper + right]! - values[upper]!)
      const bottom = values[lower]! + fx * (values[lower + right]! - values[lower]!)
      out[at] = top + (y - y0) * (bottom - top)
    }
}

/** The nearest pixel's class, with weight 1; outside the slice weight 0: what isn't there teaches nothing. */
export function cutClasses(classes: Uint8Array, place: PatchPlace, target: Int32Array, weight: Float32Array): void {
  const { columns, rows, patchColumns, patchRows } = place
  const { columnToColumn, rowToColumn, columnToRow, rowToRow } = place.turn ?? STRAIGHT
  const [halfColumns, halfRows] = [patchColumns >> 1, patchRows >> 1]
  let at = 0
  for (let r = -halfRows; r < patchRows - halfRows; r++)
    for (let c = -halfColumns; c < patchColumns - halfColumns; c++, at++) {
      const column = Math.round(place.column + rowToColumn * r + columnToColumn * c)
      const row = Math.round(place.row + rowToRow * r + columnToRow * c)
      weight[at] = column >= 0 && row >= 0 && column < columns && row < rows ? 1 : 0
      target[at] = classes[clamp(row, rows - 1) * columns + clamp(column, columns - 1)]!
    }
}
