// Where a NIfTI header says its voxels are, and how we say it when writing (CASES S07). NIfTI is RAS, Sagitta LPS.
import { affineColumn, affineFromColumns, flipLpsRas } from '#common/geometry/affine'
import type { Affine, Vec3 } from '#common/geometry/types'
import type { Warning } from '#common/ipc/volume'
import { cross, dot, norm, scale } from '#common/geometry/vector'
import type { NIFTI1, NIFTI2 } from 'nifti-reader-js'

export interface NiftiPlace {
  readonly affineLps: Affine
  /** False when the header holds neither form: the affine then only knows the voxel size. */
  readonly known: boolean
  readonly warnings: readonly Omit<Warning, 'files'>[]
}

/** Two forms agree when no voxel corner is apart by more than this share of a voxel. */
const SAME = 0.05

/**
 * Our rule: a valid sform first, else the qform, else the voxel size alone. A disagreement is reported, never resolved silently.
 * @param header raw header bytes: the library keeps only the form it prefers itself
 */
export function placeOf(nifti: NIFTI1 | NIFTI2, header: DataView, size: Vec3): NiftiPlace {
  const toMm = lengthUnitMm(nifti.xyzt_units)
  const sform = nifti.sform_code > 0 ? usable(inMm(srows(nifti, header), toMm)) : null
  const qform = nifti.qform_code > 0 ? usable(inMm(nifti.getQformMat().flat(), toMm)) : null
  const warnings: Omit<Warning, 'files'>[] = []
  if (sform && qform && furthest(sform, qform, size) > SAME * Math.min(...stepLengths(sform)))
    warnings.push({
      code: 'nifti-forms-disagree',
      message: `The sform and the qform of this file place it differently (by up to ${furthest(sform, qform, size).toFixed(2)} mm); the sform is used.`,
    })
  const ras = sform ?? qform
  if (ras) return { affineLps: flipLpsRas(ras), known: true, warnings }
  const [x, y, z] = [1, 2, 3].map(n => Math.abs(nifti.pixDims[n] ?? 0) * toMm || 1) as [number, number, number]
  warnings.push({
    code: 'orientation-unknown',
    message: 'This file does not say how it lies in the patient: the voxel size is known, left and right are not.',
  })
  return {
    affineLps: flipLpsRas(affineFromColumns([x, 0, 0], [0, y, 0], [0, 0, z], [0, 0, 0])),
    known: false,
    warnings,
  }
}

/** xyzt_units, bits 0 to 2: 1 metre, 3 micrometre; anything else is taken for millimetres. */
function lengthUnitMm(units: number): number {
  const code = units & 7
  return code === 1 ? 1000 : code === 3 ? 0.001 : 1
}

/** srow_x, srow_y, srow_z: float32 at byte 280 in NIfTI-1, float64 at 400 in NIfTI-2. */
function srows(nifti: NIFTI1 | NIFTI2, header: DataView): number[] {
  const second = header.getInt32(0, nifti.littleEndian) === 540
  const rows = Array.from({ length: 12 }, (_, n) =>
    second ? header.getFloat64(400 + 8 * n, nifti.littleEndian) : header.getFloat32(280 + 4 * n, nifti.littleEndian),
  )
  return [...rows, 0, 0, 0, 1]
}

const inMm = (affine: readonly number[], toMm: number): Affine =>
  affine.map((value, n) => (n < 12 ? value * toMm : value))

const stepLengths = (affine: Affine): number[] => ([0, 1, 2] as const).map(column => norm(affineColumn(affine, column)))

/** A form is valid when its three axes span space. */
function usable(affine: Affine): Affine | null {
  const [a, b, c] = ([0, 1, 2] as const).map(column => affineColumn(affine, column)) as [Vec3, Vec3, Vec3]
  const volume = Math.abs(dot(cross(a, b), c))
  return affine.every(Number.isFinite) && volume > 1e-9 * Math.max(1, norm(a) * norm(b) * norm(c)) ? affine : null
}

function furthest(a: Affine, b: Affine, size: Vec3): number {
  let largest = 0
  for (const i of [0, size[0] - 1])
    for (const j of [0, size[1] - 1])
      for (const k of [0, size[2] - 1]) {
        const apart = [0, 1, 2].map(row => {
          const difference = (column: number): number => a[row * 4 + column]! - b[row * 4 + column]!
          return difference(0) * i + difference(1) * j + difference(2) * k + difference(3)
        })
        largest = Math.max(largest, Math.hypot(...apart))
      }
  return largest
}

export interface NiftiForms {
  readonly sform: Affine
  readonly spacingMm: Vec3
  /** (b, c, d), and -1 for a left-handed grid; null under shear, where no quaternion tells the truth. */
  readonly quaternion: { readonly bcd: Vec3; readonly qfac: 1 | -1 } | null
}

/** Above this the axes are sheared by intent, below it they are orthonormal but for the digits of a decimal string. */
const SHEAR = 1e-4

/** RAS forms of an LPS affine: directions made orthonormal where only rounding kept them from it, both forms equal. */
export function formsOf(affineLps: Affine): NiftiForms {
  const ras = flipLpsRas(affineLps)
  const columns = ([0, 1, 2] as const).map(column => affineColumn(ras, column)) as [Vec3, Vec3, Vec3]
  const spacingMm = columns.map(norm) as unknown as Vec3
  const directions = columns.map((column, n) => scale(column, 1 / spacingMm[n]!)) as [Vec3, Vec3, Vec3]
  const orthonormal = nearestOrthonormal(directions)
  const off = Math.max(
    ...directions.map((d, n) => Math.max(...d.map((value, axis) => Math.abs(value - orthonormal[n]![axis]!)))),
  )
  if (off > SHEAR) return { sform: ras, spacingMm, quaternion: null }
  const [i, j, k] = orthonormal.map((d, n) => scale(d, spacingMm[n]!)) as [Vec3, Vec3, Vec3]
  const sform = affineFromColumns(i, j, k, affineColumn(ras, 3))
  return { sform, spacingMm, quaternion: quaternionOf(orthonormal) }
}

/** Newton's iteration to the orthonormal factor of the polar decomposition: X <- (X + X^-T) / 2 (Higham 1986). */
function nearestOrthonormal(start: readonly [Vec3, Vec3, Vec3]): [Vec3, Vec3, Vec3] {
  let [a, b, c] = start
  for (let round = 0; round < 20; round++) {
    const det = dot(cross(a, b), c)
    const [ia, ib, ic] = [scale(cross(b, c), 1 / det), scale(cross(c, a), 1 / det), scale(cross(a, b), 1 / det)]
    const mean = (p: Vec3, q: Vec3): Vec3 => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, (p[2] + q[2]) / 2]
    ;[a, b, c] = [mean(a, ia), mean(b, ib), mean(c, ic)]
  }
  return [a, b, c]
}

/** Rotation matrix (columns) to quaternion with a >= 0; the largest of a, b, c, d is found first, for accuracy (nifti1.h, method 2). */
function quaternionOf([x, y, z0]: readonly [Vec3, Vec3, Vec3]): NonNullable<NiftiForms['quaternion']> {
  const qfac = dot(cross(x, y), z0) < 0 ? -1 : 1
  const z = scale(z0, qfac)
  const squares = [1 + x[0] + y[1] + z[2], 1 + x[0] - y[1] - z[2], 1 - x[0] + y[1] - z[2], 1 - x[0] - y[1] + z[2]]
  const largest = squares.indexOf(Math.max(...squares))
  const s = 2 * Math.sqrt(squares[largest]!)
  const candidates: readonly (readonly [a: number, b: number, c: number, d: number])[] = [
    [s / 4, (y[2] - z[1]) / s, (z[0] - x[2]) / s, (x[1] - y[0]) / s],
    [(y[2] - z[1]) / s, s / 4, (y[0] + x[1]) / s, (z[0] + x[2]) / s],
    [(z[0] - x[2]) / s, (y[0] + x[1]) / s, s / 4, (z[1] + y[2]) / s],
    [(x[1] - y[0]) / s, (z[0] + x[2]) / s, (z[1] + y[2]) / s, s / 4],
  ]
  const [a, b, c, d] = candidates[largest]!
  const sign = a < 0 ? -1 : 1
  return { bcd: [sign * b, sign * c, sign * d], qfac }
}
