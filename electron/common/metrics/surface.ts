// Distances between the surfaces of two masks, in mm: HD95 and ASSD (definitions of Maier-Hein et al., "Metrics reloaded", 2024).
import type { Vec3 } from '../geometry/types'
import { squaredDistanceMm2 } from './distanceTransform'
import { percentile } from './percentile'

export interface SurfaceDistances {
  /** Larger of the two directed 95th percentiles. */
  readonly hd95Mm: number
  /** Mean over both surfaces' voxels of the distance to the other surface. */
  readonly assdMm: number
}

/**
 * Surface voxels are those of the mask with a face neighbour outside it; the border of the volume counts as outside.
 * Distances are between voxel centres.
 * @param spacingMm steps along i, j, k; a tilted volume's shear is not taken into account.
 * @returns null when either mask is empty: there is no distance to nothing.
 */
export function surfaceDistances(
  prediction: Uint8Array,
  truth: Uint8Array,
  size: Vec3,
  spacingMm: Vec3,
): SurfaceDistances | null {
  const box = boundingBox(prediction, truth, size)
  if (!box) return null
  const a = surface(cut(prediction, size, box), box.size)
  const b = surface(cut(truth, size, box), box.size)
  if (!a.includes(1) || !b.includes(1)) return null
  const fromA = distancesAt(a, squaredDistanceMm2(b, box.size, spacingMm))
  const fromB = distancesAt(b, squaredDistanceMm2(a, box.size, spacingMm))
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
  return {
    hd95Mm: Math.max(percentile(fromA, 0.95), percentile(fromB, 0.95)),
    assdMm: (sum(fromA) + sum(fromB)) / (fromA.length + fromB.length),
  }
}

/** Sorted ascending. */
function distancesAt(surfaceVoxels: Uint8Array, squared: Float64Array): Float64Array {
  const distances: number[] = []
  surfaceVoxels.forEach((value, n) => {
    if (value) distances.push(Math.sqrt(squared[n]!))
  })
  return Float64Array.from(distances).sort()
}

interface Box {
  readonly from: Vec3
  readonly size: Vec3
}

/** The smallest box around both masks: nearest surfaces never lie outside it. */
function boundingBox(a: Uint8Array, b: Uint8Array, [columns, rows, slices]: Vec3): Box | null {
  const low = [columns, rows, slices]
  const high = [-1, -1, -1]
  let n = 0
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++, n++) {
        if (!a[n] && !b[n]) continue
        if (i < low[0]!) low[0] = i
        if (i > high[0]!) high[0] = i
        if (j < low[1]!) low[1] = j
        if (j > high[1]!) high[1] = j
        if (k < low[2]!) low[2] = k
        high[2] = k
      }
  if (high[2]! < 0) return null
  const extent = (axis: number): number => high[axis]! - low[axis]! + 1
  return { from: [low[0]!, low[1]!, low[2]!], size: [extent(0), extent(1), extent(2)] }
}

function cut(mask: Uint8Array, [columns, rows]: Vec3, { from, size }: Box): Uint8Array {
  const out = new Uint8Array(size[0] * size[1] * size[2])
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      const start = from[0] + columns * (from[1] + j + rows * (from[2] + k))
      out.set(mask.subarray(start, start + size[0]), size[0] * (j + size[1] * k))
    }
  return out
}

function surface(mask: Uint8Array, [columns, rows, slices]: Vec3): Uint8Array {
  const plane = columns * rows
  const out = new Uint8Array(mask.length)
  let n = 0
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++, n++) {
        if (!mask[n]) continue
        const inside =
          i > 0 &&
          i < columns - 1 &&
          j > 0 &&
          j < rows - 1 &&
          k > 0 &&
          k < slices - 1 &&
          mask[n - 1] &&
          mask[n + 1] &&
          mask[n - columns] &&
          mask[n + columns] &&
          mask[n - plane] &&
          mask[n + plane]
        out[n] = inside ? 0 : 1
      }
  return out
}
