// The spine: vertebrae with bodies, arches and processes, discs between them, the canal with the cord.
import type { Vec3 } from '../../geometry/types'
import type { Bounds } from '../shapes/frame'
import { column, curveAt, shifted, straight, type Curve } from '../shapes/primitives'
import { smoothMin, solid } from '../shapes/shape'
import { SPINE } from '../labels'
import type { Random } from '../random'
import { layer, layered, part, type Part } from './part'

/** Distance between vertebrae, mm. */
export const VERTEBRA_PITCH_MM = 30
const DISC_MM = 6.5

/** y of the middle of the vertebral bodies, most forward at z = -60: 47 + 0.00017 (z + 60)^2. */
export const SPINE_Y: Curve = [47.612, 0.0204, 0.00017]
export const spineY = (z: number): number => curveAt(SPINE_Y, z)

/** z above the middle of the nearest vertebra. */
function aboveVertebra(z: number): number {
  const turns = z / VERTEBRA_PITCH_MM
  return (turns - Math.floor(turns + 0.5)) * VERTEBRA_PITCH_MM
}

const BOUNDS: Bounds = [-50, 50, 8, 118, -400, 400]

/** Level set of the body's cross-section, in mm: round in front, hollow towards the canal, waisted between its end plates. */
function crossSection(x: number, y: number, waist: number): number {
  const rx = 22 - waist
  const ry = 16.5 - waist
  const u = x / rx
  const v = y / ry
  const k = Math.sqrt(u * u + v * v)
  const hollow = y > 0 ? 3.2 * Math.max(0, 1 - (x * x) / 130) : 0
  return (k - 1) * (ry + ((rx - ry) * Math.abs(u)) / (k + 0.01)) + hollow
}

/** Distance to a round rod between two points. */
interface Rod {
  from: Vec3
  along: Vec3
  length2: number
  radius: number
}

function rod(from: Vec3, to: Vec3, radius: number): Rod {
  const along: Vec3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]]
  return { from, along, length2: along[0] * along[0] + along[1] * along[1] + along[2] * along[2], radius }
}

function rodDistance(x: number, y: number, z: number, { from, along, length2, radius }: Rod): number {
  const px = x - from[0]
  const py = y - from[1]
  const pz = z - from[2]
  const t = Math.min(1, Math.max(0, (px * along[0] + py * along[1] + pz * along[2]) / length2))
  const ex = px - t * along[0]
  const ey = py - t * along[1]
  const ez = pz - t * along[2]
  return Math.sqrt(ex * ex + ey * ey + ez * ez) - radius
}

// One side of the arch around the middle of the vertebra: x away from the midline, y to the back, z up.
const PEDICLE = rod([11.5, 10, 4], [13.5, 22, 3], 5)
const FACETS = rod([14, 25, 13], [15, 29, -14], 6)
const LAMINA = rod([13, 27, 2], [2, 35, -4], 4.2)
const TRANSVERSE = rod([15, 23, 4], [37, 30, 5], 4.6)

/** Bone of one vertebra around its own middle; x is folded to one side by symmetry. */
function vertebra(x: number, y: number, z: number): number {
  const side = Math.abs(x)
  const height = VERTEBRA_PITCH_MM / 2 - DISC_MM / 2
  const end = Math.abs(z) - height + 1.6 * Math.max(0, 1 - (x * x + y * y) / 160)
  const waist = 2.2 * Math.max(0, 1 - (z * z) / (height * height))
  let bone = -smoothMin(-crossSection(x, y, waist), -end, 3)
  if (y > 6) {
    bone = smoothMin(bone, rodDistance(side, y, z, PEDICLE), 3)
    bone = smoothMin(bone, rodDistance(side, y, z, FACETS), 3)
    bone = smoothMin(bone, rodDistance(side, y, z, LAMINA), 3)
    bone = smoothMin(bone, rodDistance(side, y, z, TRANSVERSE), 3)
    const spinous = Math.max(Math.abs(x) - 3.4, Math.abs(z + 7 + 0.25 * (y - 34)) - 8.5, 32 - y, y - 47)
    bone = smoothMin(bone, spinous, 4)
  }
  return bone
}

export function spine(random: Random): Part[] {
  const bones = solid(BOUNDS, (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) out[n] = vertebra(x[n]!, y[n]! - spineY(z[n]!), aboveVertebra(z[n]!))
  })
  const discs = solid(BOUNDS, (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) out[n] = crossSection(x[n]!, y[n]! - spineY(z[n]!), 0.5)
  })
  const behind = shifted(SPINE_Y, 22)
  const marrow = random.between(150, 215)
  return [
    part(discs, { hu: 88, grainHu: 5 }, SPINE),
    layered(
      bones,
      layer(0, { hu: 520, grainHu: 40 }, SPINE),
      layer(-2.3, { hu: marrow, grainHu: 42, softMm: 1.5 }, SPINE),
    ),
    part(column(BOUNDS, straight(0), behind, [10.5, 8]), { hu: 4 }),
    part(column(BOUNDS, straight(0), behind, [6, 4.6]), { hu: 42 }),
  ]
}
