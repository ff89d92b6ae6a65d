// Where a voxel is, which plane the slices lie in, and which way the edges of the view point.
import { affineColumn, apply } from '#common/geometry/affine'
import { edgeLetters, type EdgeLetters } from '#common/geometry/orientation'
import type { Grid, PointLps, Vec3 } from '#common/geometry/types'

/** Patient mm of voxel (i, j) on slice k; null without geometry, or when gaps leave a slice only its position along the normal. */
export function placeLps(grid: Grid, i: number, j: number, k: number): PointLps | null {
  return grid.affineLps ? apply(grid.affineLps, [i, j, k] as Vec3) : null
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

/** `0.74 × 0.74 × 1.00 mm`, or how it is when spacing is unknown. */
export function spacingText(spacingMm: Grid['spacingMm']): string {
  return spacingMm.every(mm => mm > 0)
    ? `${spacingMm.map(mm => mm.toFixed(2)).join(' × ')} mm`
    : 'spacing unknown, measured in pixels'
}
