// Branching vessel trees: of the liver, the lungs and the mesentery.
import type { Vec3 } from '../../geometry/types'
import type { Random } from '../random'
import { tube, type Knot } from '../shapes/primitives'
import type { Shape } from '../shapes/shape'

export interface TreeOptions {
  root: Vec3
  /** Where the first branch points; its length is the first step, mm. */
  heading: Vec3
  radiusMm: number
  /** Branches thinner than this end. */
  thinnestMm: number
  /** Sideways spread of children against the length of their parent. */
  spread: number
  /** Length of a child against its parent. */
  shrink: number
}

/**
 * A binary tree of tapering tubes. Radii follow Murray's law for equal children (r^3 = 2 r'^3, so 0.79), branches meander a little.
 */
export function vesselTree(random: Random, options: TreeOptions): Shape[] {
  const tubes: Shape[] = []
  const grow = (from: Vec3, heading: Vec3, radius: number): void => {
    const length = Math.sqrt(heading[0] * heading[0] + heading[1] * heading[1] + heading[2] * heading[2])
    const sway = (): number => random.between(-0.16, 0.16) * length
    const end: Vec3 = [from[0] + heading[0], from[1] + heading[1], from[2] + heading[2]]
    const thinner = radius * 0.79
    const middle: Knot = [
      from[0] + heading[0] / 2 + sway(),
      from[1] + heading[1] / 2 + sway(),
      from[2] + heading[2] / 2 + sway(),
      (radius + thinner) / 2,
    ]
    tubes.push(tube([[...from, radius], middle, [...end, thinner]]))
    if (thinner < options.thinnestMm) return
    for (const side of [-1, 1]) {
      const away = sideways(random, heading, options.spread * length)
      const next = (axis: 0 | 1 | 2): number => heading[axis] * options.shrink + side * away[axis] + sway()
      grow(end, [next(0), next(1), next(2)], thinner)
    }
  }
  grow(options.root, options.heading, options.radiusMm)
  return tubes
}

/** A random vector across `heading` of about the given length. */
function sideways(random: Random, heading: Vec3, length: number): Vec3 {
  const v: Vec3 = [random.between(-1, 1), random.between(-1, 1), random.between(-1, 1)]
  const along =
    (v[0] * heading[0] + v[1] * heading[1] + v[2] * heading[2]) / (heading[0] ** 2 + heading[1] ** 2 + heading[2] ** 2)
  const across: Vec3 = [v[0] - along * heading[0], v[1] - along * heading[1], v[2] - along * heading[2]]
  const norm = length / (Math.sqrt(across[0] ** 2 + across[1] ** 2 + across[2] ** 2) + 0.1)
  return [across[0] * norm, across[1] * norm, across[2] * norm]
}
