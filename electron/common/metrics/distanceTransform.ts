// Exact Euclidean distance transform in mm, linear in the number of voxels, for anisotropic voxels.
import type { Vec3 } from '../geometry/types'

/** Stands for "no feature on this line"; far below overflow when squared steps are added. */
const FAR = 1e30

/**
 * Squared distance in mm² from every voxel centre to the nearest voxel with `feature` 1.
 * One pass of lower parabola envelopes per axis (Felzenszwalb & Huttenlocher, "Distance transforms of sampled functions",
 * Theory of Computing 8, 2012), with the squared spacing as each axis's parabola width.
 * @param feature index i + size[0] * (j + size[1] * k)
 * @returns values of 1e30 or more where there is no feature at all.
 */
export function squaredDistanceMm2(feature: Uint8Array, size: Vec3, spacingMm: Vec3): Float64Array {
  const field = Float64Array.from(feature, value => (value ? 0 : FAR))
  const [columns, rows, slices] = size
  const strides = [1, columns, columns * rows] as const
  const longest = Math.max(columns, rows, slices)
  const line = new Float64Array(longest)
  const envelope = { vertex: new Int32Array(longest), start: new Float64Array(longest + 1) }
  for (const axis of [0, 1, 2] as const) {
    const length = size[axis]
    const stride = strides[axis]
    const [a, b] = ([0, 1, 2] as const).filter(other => other !== axis)
    for (let v = 0; v < size[b!]; v++)
      for (let u = 0; u < size[a!]; u++) {
        const start = u * strides[a!] + v * strides[b!]
        for (let n = 0; n < length; n++) line[n] = field[start + n * stride]!
        transformLine(line, length, spacingMm[axis] ** 2, envelope, field, start, stride)
      }
  }
  return field
}

/** out[q] = min over p of line[p] + squaredStep (q - p)². */
function transformLine(
  line: Float64Array,
  length: number,
  squaredStep: number,
  { vertex, start }: { vertex: Int32Array; start: Float64Array },
  out: Float64Array,
  offset: number,
  stride: number,
): void {
  let last = -1
  for (let q = 0; q < length; q++) {
    if (line[q]! >= FAR) continue
    let crossing = -Infinity
    while (last >= 0) {
      const p = vertex[last]!
      crossing = (line[q]! - line[p]! + squaredStep * (q * q - p * p)) / (2 * squaredStep * (q - p))
      if (crossing > start[last]!) break
      last -= 1
      crossing = -Infinity
    }
    last += 1
    vertex[last] = q
    start[last] = crossing
  }
  if (last < 0) return
  start[last + 1] = Infinity
  let current = 0
  for (let q = 0; q < length; q++) {
    while (start[current + 1]! < q) current += 1
    const p = vertex[current]!
    out[offset + q * stride] = line[p]! + squaredStep * (q - p) ** 2
  }
}
