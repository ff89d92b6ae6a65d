// Paints parts into a slice: HU mixed by the share of the voxel they cover, label by what lies at the voxel's centre.
import type { Layer, Part } from './anatomy/part'
import type { Frame, Window } from './shapes/frame'

export interface Canvas {
  frame: Frame
  spacingMm: readonly [x: number, y: number, z: number]
  /** Body mm per patient mm: distances are in body mm. */
  bodyPerMm: number
  /** Textures of unit variance. */
  grain: Float32Array
  patch: Float32Array
  hu: Float32Array
  labels: Uint8Array
}

/** The scanner's own blur across an edge, mm. */
const BLUR_MM = 0.7

export function paint(canvas: Canvas, { shape, layers }: Part): void {
  const { frame, spacingMm } = canvas
  const voxelMm = (spacingMm[0] + spacingMm[1] + spacingMm[2]) / 2 + BLUR_MM
  const reachMm = Math.max(...layers.map(({ grownMm, tissue }) => grownMm + voxelMm + (tissue.softMm ?? 0)))
  const window = frame.window(shape.bounds, reachMm)
  if (!window) return
  const distance = frame.borrow()
  shape.distance(frame, window, distance)
  for (const layer of layers) paintLayer(canvas, layer, distance, window, voxelMm + (layer.tissue.softMm ?? 0))
  frame.release(distance)
}

/** `nearMm`: no voxel further than this from the surface is cut by it. */
function paintLayer(
  canvas: Canvas,
  { grownMm, tissue, label }: Layer,
  distance: Float32Array,
  window: Window,
  nearMm: number,
): void {
  const { frame, hu, labels, grain, patch } = canvas
  const { softMm = 0, grainHu = 0, patchHu = 0, opacity = 1 } = tissue
  for (let j = window.j0; j < window.j1; j++) {
    const end = j * frame.columns + window.i1
    for (let n = j * frame.columns + window.i0; n < end; n++) {
      const d = distance[n]! - grownMm
      if (d > nearMm) continue
      const covered = d < -nearMm ? 1 : 0.5 - d / edgeWidth(canvas, distance, window, j, n, softMm)
      if (covered > 0) {
        const value = tissue.hu + grainHu * grain[n]! + patchHu * patch[n]!
        hu[n] = hu[n]! + (covered < 1 ? covered : 1) * opacity * (value - hu[n]!)
      }
      if (d < 0 && label !== 'keep') labels[n] = label
    }
  }
}

/**
 * Extent of the voxel along the surface normal (a box of sx, sy, sz seen along n: |nx| sx + |ny| sy + |nz| sz), plus blur.
 * The in-plane slope comes from neighbouring distances; what is missing to a unit gradient is the slope along z.
 */
function edgeWidth(canvas: Canvas, distance: Float32Array, window: Window, j: number, n: number, soft: number): number {
  const { columns } = canvas.frame
  const [sx, sy, sz] = canvas.spacingMm
  const i = n - j * columns
  const west = i > window.i0 ? n - 1 : n
  const east = i < window.i1 - 1 ? n + 1 : n
  const north = j > window.j0 ? n - columns : n
  const south = j < window.j1 - 1 ? n + columns : n
  const dx = Math.abs(distance[east]! - distance[west]!) / (east - west || 1)
  const dy = (Math.abs(distance[south]! - distance[north]!) * columns) / (south - north || 1)
  const slope2 = (dx * dx) / (sx * sx) + (dy * dy) / (sy * sy)
  const missing = canvas.bodyPerMm * canvas.bodyPerMm - slope2
  const dz = missing > 0 ? Math.sqrt(missing) * sz : 0
  return dx + dy + dz + BLUR_MM + soft
}
