// Which way is which: patient directions as letters, for any view, oblique ones too.
import { affineColumn } from './affine'
import type { Affine, Vec3 } from './types'
import { unit } from './vector'

/** Letters for +x, -x, +y, -y, +z, -z of LPS (PS3.3 C.7.6.1.1.1, bipeds). */
const LETTERS = [
  ['L', 'R'],
  ['P', 'A'],
  ['S', 'I'],
] as const

/** Below this share of a direction (6 degrees) an axis is not named. */
const NAMED = 0.1

/** `L`, or for an oblique direction up to three letters, the strongest first: `LA`. Empty when there is no direction. */
export function directionLetters(directionLps: Vec3): string {
  const along = unit(directionLps)
  if (!along) return ''
  return along
    .map((value, axis) => ({ letter: LETTERS[axis]![value >= 0 ? 0 : 1], size: Math.abs(value) }))
    .filter(({ size }) => size >= NAMED)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join('')
}

const opposite = (v: Vec3): Vec3 => [-v[0], -v[1], -v[2]]

export interface EdgeLetters {
  left: string
  right: string
  top: string
  bottom: string
}

/** Letters at the four edges of a view whose screen axes point along these patient directions (right on screen, down on screen). */
export const edgeLetters = (rightLps: Vec3, downLps: Vec3): EdgeLetters => ({
  left: directionLetters(opposite(rightLps)),
  right: directionLetters(rightLps),
  top: directionLetters(opposite(downLps)),
  bottom: directionLetters(downLps),
})

export interface AxisMatch {
  /** Voxel axis, 0 = i, 1 = j, 2 = k. */
  voxelAxis: 0 | 1 | 2
  /** +1 when the voxel axis runs with the patient axis, -1 against it. */
  sign: 1 | -1
}

/**
 * For each patient axis x, y, z the voxel axis that follows it most closely; a permutation, chosen to maximise the summed
 * alignment, so that oblique volumes get one answer too.
 */
export function nearestAxes(affineLps: Affine): readonly [AxisMatch, AxisMatch, AxisMatch] {
  const directions = ([0, 1, 2] as const).map(column => unit(affineColumn(affineLps, column)) ?? ([0, 0, 0] as Vec3))
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const
  const alignment = (order: readonly number[]): number =>
    order.reduce((sum, voxelAxis, patientAxis) => sum + Math.abs(directions[voxelAxis]![patientAxis]!), 0)
  const best = orders.reduce<(typeof orders)[number]>((a, b) => (alignment(b) > alignment(a) + 1e-9 ? b : a), orders[0])
  const match = (patientAxis: 0 | 1 | 2): AxisMatch => {
    const voxelAxis = best[patientAxis]
    return { voxelAxis, sign: directions[voxelAxis]![patientAxis] < 0 ? -1 : 1 }
  }
  return [match(0), match(1), match(2)]
}

/** Where +i, +j, +k point, as three letters: `LPS` for a plain axial stack. */
export function axisCodes(affineLps: Affine): string {
  const codes = ['', '', '']
  nearestAxes(affineLps).forEach(({ voxelAxis, sign }, patientAxis) => {
    codes[voxelAxis] = LETTERS[patientAxis]![sign > 0 ? 0 : 1]
  })
  return codes.join('')
}
