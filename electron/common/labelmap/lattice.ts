// Two grids whose voxels are the same places in another order: files of other tools run their axes another way (dcm2niix turns the rows).
import { apply, invert, multiply } from '../geometry/affine'
import type { Affine, Vec3 } from '../geometry/types'

export interface PlacedGrid {
  readonly size: readonly [number, number, number]
  readonly affineLps: Affine
}

/** Step in the target's voxel index for one step along each axis of the source, and the target's index of the source's first voxel. */
export interface Reordering {
  readonly first: number
  readonly steps: readonly [number, number, number]
}

/** How far, in voxels of the target, a voxel centre may lie from the one it stands for: single precision and rounded headers. */
const TOLERANCE = 0.1

const corners = (size: readonly [number, number, number]): Vec3[] =>
  [0, size[0] - 1].flatMap(i => [0, size[1] - 1].flatMap(j => [0, size[2] - 1].map((k): Vec3 => [i, j, k])))

/** null when the voxels of `from` are not exactly the voxels of `to`. */
export function reordering(from: PlacedGrid, to: PlacedGrid): Reordering | null {
  const toTarget = multiply(invert(to.affineLps), from.affineLps)
  const origin = rounded(apply(toTarget, [0, 0, 0]))
  const axes = ([0, 1, 2] as const).map(axis => {
    const one: Vec3 = [axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0]
    const at = rounded(apply(toTarget, one))
    return [at[0] - origin[0], at[1] - origin[1], at[2] - origin[2]] as const
  })
  const target = ([i, j, k]: Vec3): Vec3 =>
    [0, 1, 2].map(n => origin[n]! + i * axes[0]![n]! + j * axes[1]![n]! + k * axes[2]![n]!) as unknown as Vec3
  const fits = corners(from.size).every(corner => {
    const [exact, whole] = [apply(toTarget, corner), target(corner)]
    return whole.every((value, n) => Math.abs(value - exact[n]!) < TOLERANCE && value >= 0 && value < to.size[n]!)
  })
  const voxels = (size: readonly number[]): number => size.reduce((product, extent) => product * extent, 1)
  if (!fits || voxels(from.size) !== voxels(to.size) || !isPermutation(axes)) return null
  const index = (place: readonly number[]): number => place[0]! + to.size[0] * (place[1]! + to.size[1] * place[2]!)
  return { first: index(origin), steps: [index(axes[0]!), index(axes[1]!), index(axes[2]!)] }
}

const rounded = (p: Vec3): Vec3 => [Math.round(p[0]), Math.round(p[1]), Math.round(p[2])]

/** Each source axis runs along one target axis of its own, forward or backward. */
function isPermutation(axes: readonly (readonly number[])[]): boolean {
  const along = axes.map(axis => axis.findIndex(step => Math.abs(step) === 1))
  return axes.every(axis => axis.reduce((sum, step) => sum + Math.abs(step), 0) === 1) && new Set(along).size === 3
}

/** Values of `from` in the order of `to`. */
export function reorder(
  values: Uint16Array,
  size: readonly [number, number, number],
  { first, steps }: Reordering,
): Uint16Array {
  const out = new Uint16Array(values.length)
  let n = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      let at = first + j * steps[1] + k * steps[2]
      for (let i = 0; i < size[0]; i++, at += steps[0]) out[at] = values[n++]!
    }
  return out
}
