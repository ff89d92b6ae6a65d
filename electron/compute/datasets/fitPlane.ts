// Bringing a plane of pixels to another size: resampled, or cut around its centre.
import { planeTaps, resamplePlane } from '#common/preprocessing/resample'
import type { PlaneSize } from '#common/preprocessing/slicePlan'

/** The part of a plane that an image shows, in the plane's pixels. */
export interface Window extends PlaneSize {
  readonly left: number
  readonly top: number
}

/** The window of a centred cut; it may reach beyond the plane. */
export const centred = (from: PlaneSize, to: PlaneSize): Window => ({
  left: Math.floor((from.columns - to.columns) / 2),
  top: Math.floor((from.rows - to.rows) / 2),
  ...to,
})

/** Outside the plane its smallest value is repeated: air in CT, black in pictures. */
export function cut(values: Float32Array, plane: PlaneSize, { left, top, columns, rows }: Window): Float32Array {
  const out = new Float32Array(columns * rows)
  const inside = left >= 0 && top >= 0 && left + columns <= plane.columns && top + rows <= plane.rows
  if (!inside) out.fill(values.reduce((a, b) => Math.min(a, b), Infinity))
  for (let row = Math.max(0, -top); row < Math.min(rows, plane.rows - top); row++) {
    const from = Math.max(0, left)
    const to = Math.min(plane.columns, left + columns)
    const start = (top + row) * plane.columns
    out.set(values.subarray(start + from, start + to), row * columns + from - left)
  }
  return out
}

export const resize = (values: Float32Array, from: PlaneSize, to: PlaneSize): Float32Array =>
  resamplePlane(values, from.columns, planeTaps(from, to))
