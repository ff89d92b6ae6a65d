// 4x4 affines, row-major: voxel (i, j, k) to patient mm and back. Voxel centres are integers; nothing here flips an axis.
import { SagittaError } from '../errors'
import type { Affine, PointIjk, PointLps, Vec3 } from './types'
import { norm } from './vector'

/** Entry (row, column), 0-based. */
const at = (m: Affine, row: number, column: number): number => m[row * 4 + column]!

/** The affine whose columns are the voxel steps in mm and the position of voxel (0, 0, 0). */
export const affineFromColumns = (i: Vec3, j: Vec3, k: Vec3, origin: Vec3): Affine => [
  ...[i[0], j[0], k[0], origin[0]],
  ...[i[1], j[1], k[1], origin[1]],
  ...[i[2], j[2], k[2], origin[2]],
  ...[0, 0, 0, 1],
]

/** Column 0, 1, 2: the step in mm of one voxel along i, j, k. Column 3: the position of voxel (0, 0, 0). */
export const affineColumn = (m: Affine, column: 0 | 1 | 2 | 3): Vec3 => [
  at(m, 0, column),
  at(m, 1, column),
  at(m, 2, column),
]

/** a then b: (multiply(b, a))(p) = b(a(p)). */
export function multiply(b: Affine, a: Affine): Affine {
  const product: number[] = []
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++)
      product.push(
        at(b, row, 0) * at(a, 0, column) +
          at(b, row, 1) * at(a, 1, column) +
          at(b, row, 2) * at(a, 2, column) +
          at(b, row, 3) * at(a, 3, column),
      )
  return product
}

/** Determinant of the 3x3 part: signed mm³ of one voxel. Negative when (i, j, k) is left-handed. */
export function determinant(m: Affine): number {
  const [a, b, c] = [at(m, 0, 0), at(m, 0, 1), at(m, 0, 2)]
  const [d, e, f] = [at(m, 1, 0), at(m, 1, 1), at(m, 1, 2)]
  const [g, h, i] = [at(m, 2, 0), at(m, 2, 1), at(m, 2, 2)]
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

/** Volume of one voxel in mm³, right under shear too: slice thickness plays no part. */
export const volumePerVoxelMm3 = (m: Affine): number => Math.abs(determinant(m))

/**
 * The inverse affine: mm to voxel.
 * @throws no-geometry when the three axes do not span space.
 */
export function invert(m: Affine): Affine {
  const det = determinant(m)
  if (!Number.isFinite(det) || Math.abs(det) < 1e-12)
    throw new SagittaError('no-geometry', 'The voxel axes do not span space: their affine has no inverse.', {
      affine: [...m],
    })
  const inverse: number[] = []
  const cofactor = (r: number, c: number): number => {
    const [r1, r2, c1, c2] = [(r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3]
    return at(m, r1, c1) * at(m, r2, c2) - at(m, r1, c2) * at(m, r2, c1)
  }
  for (let row = 0; row < 3; row++) {
    const line = [cofactor(0, row) / det, cofactor(1, row) / det, cofactor(2, row) / det]
    inverse.push(...line, -(line[0]! * at(m, 0, 3) + line[1]! * at(m, 1, 3) + line[2]! * at(m, 2, 3)))
  }
  return [...inverse, 0, 0, 0, 1]
}

/** A homogeneous point (x, y, z, 1) through the affine. */
export function apply(m: Affine, p: Vec3): Vec3 {
  const row = (r: number): number => at(m, r, 0) * p[0] + at(m, r, 1) * p[1] + at(m, r, 2) * p[2] + at(m, r, 3)
  return [row(0), row(1), row(2)]
}

/** A direction (x, y, z, 0) through the affine: no translation. */
export function applyDirection(m: Affine, d: Vec3): Vec3 {
  const row = (r: number): number => at(m, r, 0) * d[0] + at(m, r, 1) * d[1] + at(m, r, 2) * d[2]
  return [row(0), row(1), row(2)]
}

export const voxelToMm = (affineLps: Affine, voxel: PointIjk): PointLps => apply(affineLps, voxel)

/** Continuous voxel coordinates of a point; round for the voxel that holds it. */
export const mmToVoxel = (affineLps: Affine, point: PointLps): PointIjk => apply(invert(affineLps), point)

/** Lengths of the three voxel steps in mm. Under shear the third is longer than the distance between slice planes. */
export const stepLengthsMm = (m: Affine): Vec3 => [
  norm(affineColumn(m, 0)),
  norm(affineColumn(m, 1)),
  norm(affineColumn(m, 2)),
]

/** LPS to RAS or back: NIfTI counts x to the right and y to the front, DICOM the other way. Same voxels, other words for places. */
export const flipLpsRas = (m: Affine): Affine => m.map((value, index) => (index < 8 ? 0 - value : value))
