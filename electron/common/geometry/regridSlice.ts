// The values of one slice of a new grid: linear for measurements, nearest for labels. Directions are those of the scan, so each axis is sampled by itself.
import type { Regrid, SliceStack } from './regrid'

export type Scanned = Uint8Array | Int16Array | Uint16Array | Float32Array

export interface RegridSource {
  readonly stack: Pick<SliceStack, 'size' | 'spacingMm'>
  /** k-major, i fastest. */
  readonly data: Scanned
  /** For voxels that no slice covers. */
  readonly outside: number
}

/** Where the new columns (or rows) fall on a scanned slice. */
interface Falls {
  /** The sample before, -1 where the slice does not reach. */
  readonly before: Int32Array
  readonly share: Float64Array
}

/** Half a cell beyond the outer centres is still of the slice; a little more for rounding. */
const EDGE = 0.5 + 1e-6

function falls(count: number, stepMm: number, offsetMm: number, ownCount: number, ownStepMm: number): Falls {
  const before = new Int32Array(count)
  const share = new Float64Array(count)
  for (let n = 0; n < count; n++) {
    const at = (n * stepMm - offsetMm) / ownStepMm
    const inside = at >= -EDGE && at <= ownCount - 1 + EDGE
    const near = Math.round(at)
    // Noise of the last digits would blend a voxel with its neighbour.
    const clamped = Math.min(Math.max(Math.abs(at - near) < 1e-4 ? near : at, 0), ownCount - 1)
    before[n] = inside ? Math.floor(clamped) : -1
    share[n] = clamped - Math.floor(clamped)
  }
  return { before, share }
}

/**
 * Slice `n` of the new grid, rows x columns, linear in all three directions: exact for a linear function of position. Where a needed slice
 * does not reach, `outside`.
 * @returns how many voxels no slice covers
 */
export function linearSlice(
  plan: Regrid,
  { stack, data, outside }: RegridSource,
  n: number,
  out: Float32Array,
): number {
  const { below, above, share } = plan.between[n]!
  if (share === 0) return planeInto(plan, stack, data, below, out, outside)
  const upper = new Float32Array(out.length)
  planeInto(plan, stack, data, below, out, NaN)
  planeInto(plan, stack, data, above, upper, NaN)
  let missing = 0
  for (let v = 0; v < out.length; v++) {
    const value = out[v]! + share * (upper[v]! - out[v]!)
    const covered = !Number.isNaN(value)
    if (!covered) missing++
    out[v] = covered ? value : outside
  }
  return missing
}

/** Scanned slice k at the new columns and rows, bilinear. @returns how many voxels it does not cover */
function planeInto(
  { grid, offsetsMm }: Regrid,
  { size, spacingMm }: RegridSource['stack'],
  data: Scanned,
  k: number,
  out: Float32Array,
  outside: number,
): number {
  const [columns, rows] = size
  const [x, y] = offsetsMm[k]!
  const across = falls(grid.size[0], grid.spacingMm[0], x, columns, spacingMm[0])
  const down = falls(grid.size[1], grid.spacingMm[1], y, rows, spacingMm[1])
  let [v, missing] = [0, 0]
  for (let j = 0; j < grid.size[1]; j++) {
    const row = down.before[j]!
    const b = down.share[j]!
    const top = (k * rows + row) * columns
    const bottom = b > 0 ? top + columns : top
    for (let i = 0; i < grid.size[0]; i++, v++) {
      const column = across.before[i]!
      if (row < 0 || column < 0) {
        out[v] = outside
        missing++
        continue
      }
      const a = across.share[i]!
      const next = a > 0 ? column + 1 : column
      const upper = data[top + column]! * (1 - a) + data[top + next]! * a
      out[v] = b > 0 ? upper * (1 - b) + (data[bottom + column]! * (1 - a) + data[bottom + next]! * a) * b : upper
    }
  }
  return missing
}

/** Slice `n` of the new grid by the nearest scanned voxel: no value comes out that was not there, but `outside` where no slice covers. */
export function nearestSlice(plan: Regrid, { stack, data, outside }: RegridSource, n: number, out: Scanned): void {
  const { grid, between, offsetsMm } = plan
  const { below, above, share } = between[n]!
  const k = share > 0.5 ? above : below
  const [columns, rows] = stack.size
  const [x, y] = offsetsMm[k]!
  const nearest = (f: Falls, m: number): number => (f.before[m]! < 0 ? -1 : f.before[m]! + (f.share[m]! > 0.5 ? 1 : 0))
  const across = falls(grid.size[0], grid.spacingMm[0], x, columns, stack.spacingMm[0])
  const down = falls(grid.size[1], grid.spacingMm[1], y, rows, stack.spacingMm[1])
  let v = 0
  for (let j = 0; j < grid.size[1]; j++) {
    const row = nearest(down, j)
    for (let i = 0; i < grid.size[0]; i++, v++) {
      const column = nearest(across, i)
      out[v] = row < 0 || column < 0 ? outside : data[(k * rows + row) * columns + column]!
    }
  }
}
