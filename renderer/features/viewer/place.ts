// Where a voxel is, in words: millimetres by patient letter, voxel index, value. And which way the edges of the view point.
import { affineColumn, apply } from '#common/geometry/affine'
import { edgeLetters, type EdgeLetters } from '#common/geometry/orientation'
import type { Grid, PointLps, Vec3 } from '#common/geometry/types'
import type { VolumeInfo } from '#common/ipc/volume'

/** Patient mm of voxel (i, j) on slice k; null without geometry, or when gaps leave a slice only its position along the normal. */
export function placeLps(grid: Grid, i: number, j: number, k: number): PointLps | null {
  return grid.affineLps ? (apply(grid.affineLps, [i, j, k] as Vec3) as PointLps) : null
}

/** `L 75.3`, `P 17.8`, `S 14.0`: the letter says the side, the number is never negative. */
export function placeByLetter(point: PointLps): { letter: string; mm: string }[] {
  const sides = ['LR', 'PA', 'SI']
  return point.map((mm, axis) => ({ letter: sides[axis]![mm >= 0 ? 0 : 1]!, mm: Math.abs(mm).toFixed(1) }))
}

/** Letters at the edges of the acquisition plane; null when orientation is unknown. Columns run right, rows run down, as stored. */
export function edgesOf(grid: Grid): EdgeLetters | null {
  if (grid.affineLps) return edgeLetters(affineColumn(grid.affineLps, 0), affineColumn(grid.affineLps, 1))
  const o = grid.orientation
  return o && edgeLetters([o[0]!, o[1]!, o[2]!], [o[3]!, o[4]!, o[5]!])
}

/** The plane the slices were acquired in, by the patient axis their normal follows most; null without orientation. */
export function planeOf(grid: Grid): 'Axial' | 'Sagittal' | 'Coronal' | null {
  const o = grid.orientation
  if (!o) return null
  const normal = [o[1]! * o[5]! - o[2]! * o[4]!, o[2]! * o[3]! - o[0]! * o[5]!, o[0]! * o[4]! - o[1]! * o[3]!].map(
    Math.abs,
  )
  const most = Math.max(...normal)
  return most === normal[2] ? 'Axial' : most === normal[0] ? 'Sagittal' : 'Coronal'
}

/** A value with its unit: whole numbers stay whole. */
export function valueText(value: number, info: Pick<VolumeInfo, 'unit'>): string {
  if (!Number.isFinite(value)) return 'no data'
  const text = Number.isInteger(value) ? String(value) : value.toPrecision(5)
  return info.unit ? `${text} ${info.unit}` : text
}

/** `0.74 × 0.74 × 1.00 mm`, or how it is when spacing is unknown. */
export function spacingText(spacingMm: Grid['spacingMm']): string {
  return spacingMm.every(mm => mm > 0)
    ? `${spacingMm.map(mm => mm.toFixed(2)).join(' × ')} mm`
    : 'spacing unknown, measured in pixels'
}
