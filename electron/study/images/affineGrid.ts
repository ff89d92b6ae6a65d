// The grid of an image that comes with an affine of its own (NIfTI, NRRD, MetaImage). Its voxel order stays as it is.
import { affineColumn } from '#common/geometry/affine'
import type { Affine, Grid, Vec3, Verdict } from '#common/geometry/types'
import { add, cross, dot, norm, scale, unit } from '#common/geometry/vector'

/** Slices tilted by less than this are not worth a word; the same 1 % of the gap as for DICOM stacks. */
const TILT_DEGREES = 0.57

/**
 * `slicePositionsMm` ascend along k, which may run against the cross product of i and j: a left-handed grid is left so.
 * @param placed false when the affine only knows the voxel size
 */
export function gridOfAffine(size: readonly [number, number, number], affineLps: Affine, placed: boolean): Grid {
  const [i, j, k, origin] = ([0, 1, 2, 3] as const).map(column => affineColumn(affineLps, column)) as [
    Vec3,
    Vec3,
    Vec3,
    Vec3,
  ]
  const [row, column] = [unit(i), unit(j)]
  const normal = row && column && unit(cross(row, column))
  const gapMm = normal ? Math.abs(dot(k, normal)) : norm(k)
  const sense = normal && dot(k, normal) < 0 ? -1 : 1
  const along = (slice: number): number => (normal ? sense * dot(add(origin, scale(k, slice)), normal) : slice * gapMm)
  return {
    size: [...size],
    spacingMm: [norm(i), norm(j), gapMm],
    affineLps: [...affineLps],
    slicePositionsMm: Array.from({ length: size[2] }, (_, slice) => along(slice)),
    orientation: row && column ? [...row, ...column] : null,
    verdict: verdictOf(k, normal, placed),
  }
}

function verdictOf(k: Vec3, normal: Vec3 | null, placed: boolean): Verdict {
  const sentence = placed ? 'Evenly spaced slices.' : 'Evenly spaced slices; how they lie in the patient is unknown.'
  const uniform: Verdict = { kind: 'uniform', details: sentence, files: [], tiltDegrees: null, gaps: [] }
  const cosine = normal ? Math.abs(dot(k, normal)) / norm(k) : 1
  const tiltDegrees = (Math.acos(Math.min(1, cosine)) * 180) / Math.PI
  if (tiltDegrees < TILT_DEGREES) return uniform
  const details = `The slices are tilted by ${tiltDegrees.toFixed(2)} degrees; positions and volumes follow the sheared grid.`
  return { ...uniform, kind: 'tilted', details, tiltDegrees }
}
