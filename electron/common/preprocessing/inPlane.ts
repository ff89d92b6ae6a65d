// In-plane orientation: which way a slice's rows and columns run in the patient, and turning them the network's way and back.
import type { NetworkAxes } from '../ipc/training'

/**
 * Where each pixel of a network-oriented slice lies in the acquired slice: `base + row * rowStep + column * columnStep` is its
 * index there (row-major). A permutation of the pixels: no value is changed.
 */
export interface InPlane {
  readonly columns: number
  readonly rows: number
  readonly base: number
  readonly columnStep: number
  readonly rowStep: number
  /** The network's columns run along the acquired rows' index. */
  readonly swapped: boolean
}

/**
 * The network's slices run along the two patient axes nearest to the acquired plane, the earlier of x, y, z across, each the way that
 * `towards` says: for LPS, an axial slice becomes columns to the left, rows to the back; a sagittal one columns to the back, rows to the
 * head. The slice axis is left alone: a 2-D network does not see it.
 * @param orientation row and column direction cosines (PS3.3 C.7.6.2.1.1), 6 numbers; null leaves the slice as it is.
 */
export function inPlaneOf(
  orientation: readonly number[] | null,
  acquired: { columns: number; rows: number },
  towards: NetworkAxes = 'LPS',
): InPlane {
  const { columns, rows } = acquired
  const asIs: InPlane = { columns, rows, base: 0, columnStep: 1, rowStep: columns, swapped: false }
  if (!orientation) return asIs
  const along = nearestPair(orientation.slice(0, 3), orientation.slice(3, 6))
  const wanted = (axis: number): number => (towards[axis] === 'LPS'[axis] ? 1 : -1)
  const overColumns = along.columnSign * wanted(along.columnAxis)
  const overRows = along.rowSign * wanted(along.rowAxis) * columns
  const base = (overRows < 0 ? (rows - 1) * columns : 0) + (overColumns < 0 ? columns - 1 : 0)
  return along.columnAxis < along.rowAxis
    ? { columns, rows, base, columnStep: overColumns, rowStep: overRows, swapped: false }
    : { columns: rows, rows: columns, base, columnStep: overRows, rowStep: overColumns, swapped: true }
}

interface Pair {
  readonly columnAxis: number
  readonly columnSign: 1 | -1
  readonly rowAxis: number
  readonly rowSign: 1 | -1
}

/** Two different patient axes with the largest summed alignment, so that oblique planes get one answer too. */
function nearestPair(columnDirection: readonly number[], rowDirection: readonly number[]): Pair {
  let best = -1
  let pair: Pair = { columnAxis: 0, columnSign: 1, rowAxis: 1, rowSign: 1 }
  for (let c = 0; c < 3; c++)
    for (let r = 0; r < 3; r++) {
      if (c === r) continue
      const alignment = Math.abs(columnDirection[c]!) + Math.abs(rowDirection[r]!)
      // The margin keeps 45 degree ties from depending on rounding noise.
      if (alignment <= best + 1e-6) continue
      best = alignment
      pair = {
        columnAxis: c,
        columnSign: columnDirection[c]! < 0 ? -1 : 1,
        rowAxis: r,
        rowSign: rowDirection[r]! < 0 ? -1 : 1,
      }
    }
  return pair
}

/** An acquired slice turned the network's way. */
export function toNetwork<T extends Float32Array | Uint8Array | Uint16Array>(acquired: T, plane: InPlane, out: T): T {
  let at = 0
  for (let row = 0; row < plane.rows; row++) {
    let from = plane.base + row * plane.rowStep
    for (let column = 0; column < plane.columns; column++, from += plane.columnStep) out[at++] = acquired[from]!
  }
  return out
}

/** The way back: exact, since nothing was interpolated. */
export function fromNetwork<T extends Float32Array | Uint8Array | Uint16Array>(network: T, plane: InPlane, out: T): T {
  let at = 0
  for (let row = 0; row < plane.rows; row++) {
    let to = plane.base + row * plane.rowStep
    for (let column = 0; column < plane.columns; column++, to += plane.columnStep) out[to] = network[at++]!
  }
  return out
}
