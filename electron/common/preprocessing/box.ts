// The part of a slice that is worth looking at: the box around the body, so that no time is spent on air.
import type { InPlane } from './inPlane'

/** A rectangle of turned pixels, as acquired. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly columns: number
  readonly rows: number
}

/** A column (row) belongs to the body when this share of its pixels is above the threshold: the shell of a table is thinner. */
const BODY_SHARE = 0.08
/** Kept around the body, as a share of the box. */
const MARGIN = 0.02

export const wholeBox = ({ columns, rows }: { columns: number; rows: number }): Box => ({
  left: 0,
  top: 0,
  columns,
  rows,
})

/** Collects what is above the threshold over the slices of a volume. */
export class BodyBox {
  private readonly columnHit: Uint8Array
  private readonly rowHit: Uint8Array

  /** @param above in the image's unit. */
  constructor(
    private readonly inPlane: InPlane,
    private readonly above: number,
  ) {
    this.columnHit = new Uint8Array(inPlane.columns)
    this.rowHit = new Uint8Array(inPlane.rows)
  }

  /** One slice as acquired. */
  add(values: ArrayLike<number>): void {
    const { columns, rows, base, columnStep, rowStep } = this.inPlane
    const perColumn = new Uint32Array(columns)
    for (let row = 0; row < rows; row++) {
      let inRow = 0
      let from = base + row * rowStep
      for (let column = 0; column < columns; column++, from += columnStep)
        if (values[from]! > this.above) {
          inRow += 1
          perColumn[column]! += 1
        }
      if (inRow >= BODY_SHARE * columns) this.rowHit[row] = 1
    }
    for (let column = 0; column < columns; column++)
      if (perColumn[column]! >= BODY_SHARE * rows) this.columnHit[column] = 1
  }

  /** With a margin; the whole slice where nothing was above the threshold. */
  box(): Box {
    const [left, right] = around(this.columnHit)
    const [top, bottom] = around(this.rowHit)
    return { left, top, columns: right - left, rows: bottom - top }
  }
}

/** First hit and the index behind the last one, with the margin. */
function around(hits: Uint8Array): [number, number] {
  const first = hits.indexOf(1)
  if (first < 0) return [0, hits.length]
  const end = hits.lastIndexOf(1) + 1
  const margin = Math.ceil((end - first) * MARGIN)
  return [Math.max(0, first - margin), Math.min(hits.length, end + margin)]
}

/** The box's part of a turned slice. */
export function cutBox<T extends Float32Array | Uint8Array>(turned: T, columns: number, box: Box, out: T): T {
  for (let row = 0; row < box.rows; row++) {
    const from = (box.top + row) * columns + box.left
    out.set(turned.subarray(from, from + box.columns), row * box.columns)
  }
  return out
}

/** Puts the box's part back; what lies around it stays as it is in `out`. */
export function pasteBox(part: Uint8Array, columns: number, box: Box, out: Uint8Array): Uint8Array {
  for (let row = 0; row < box.rows; row++)
    out.set(part.subarray(row * box.columns, (row + 1) * box.columns), (box.top + row) * columns + box.left)
  return out
}
