// The chest: diaphragm domes, lungs with their vessels, heart and great vessels in the mediastinum.
import type { PhantomPatient } from '../patients'
import type { Random } from '../random'
import { LUNG } from '../labels'
import { column, ellipsoid, halfSpace, shifted, straight, tube } from '../shapes/primitives'
import { blend, cached, FAR, grown, solid, union, within, without, type Shape } from '../shapes/shape'
import { part, type Part } from './part'
import { SPINE_Y, spineY } from './spine'
import { vesselTree } from './vessels'

export interface Thorax {
  /** The room under the diaphragm. */
  dome: Shape
  lungs: Shape
  parts: Part[]
}

/** Half an ellipsoid on a cylinder: the room under one side of the diaphragm. */
function cupola(x0: number, y0: number, z0: number, rx: number, ry: number, rz: number): Shape {
  const [aa, bb, cc] = [1 / (rx * rx), 1 / (ry * ry), 1 / (rz * rz)]
  return solid([x0 - rx, x0 + rx, y0 - ry, y0 + ry, -FAR, z0 + rz], (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) {
      const px = x[n]! - x0
      const py = y[n]! - y0
      const pz = z[n]! > z0 ? z[n]! - z0 : 0
      const uu = px * px * aa
      const vv = py * py * bb
      const ww = pz * pz * cc
      const k0 = Math.sqrt(uu + vv + ww)
      const k1 = Math.sqrt(uu * aa + vv * bb + ww * cc)
      out[n] = k1 < 1e-6 ? -rz : (k0 * (k0 - 1)) / k1
    }
  })
}

export function thorax(patient: PhantomPatient, random: Random, cavity: Shape): Thorax {
  const { artery, vein } = patient.enhancement
  const right = cupola(-66, -8, -42, 74, 96, 116 + random.between(-5, 5))
  const left = cupola(66, -4, -44, 72, 92, 100 + random.between(-5, 5))
  const middle = cupola(0, -14, -40, 50, 84, 88)
  const dome = cached(blend(30, right, middle, left))

  const heart = ellipsoid([26, -32, 114], [56, 44, 56], [0.1, 0.16, -0.24])
  // Lungs stay out of a sleeve around the vertebral bodies.
  const sleeve = column([-27, 27, 15, 110, -FAR, FAR], straight(0), shifted(SPINE_Y, 6), [27, 29])
  const centre = cached(
    blend(22, grown(5, heart), sleeve, ellipsoid([2, -10, 140], [30, 70, 110]), ellipsoid([0, -72, 110], [16, 40, 90])),
  )
  const recess = halfSpace([0, -0.42, -1], 26)
  const lungs = cached(without(5, within(4, grown(-2, cavity), recess), grown(3.5, dome), centre))

  const parts: Part[] = []
  // Below the lungs' edge the wall lies on the diaphragm; above it the cavity is lung or mediastinum.
  parts.push(
    part(within(1, grown(3, dome), grown(-0.5, cavity), halfSpace([0, -0.42, -1], 40)), { hu: 58, grainHu: 4 }),
  )
  parts.push(part(within(2, dome, grown(-1, cavity)), { hu: -102, patchHu: 6, grainHu: 4 }))
  parts.push(part(lungs, { hu: -868, patchHu: 14, grainHu: 14, softMm: 0.6 }, LUNG))
  parts.push(...lungVessels(random, lungs, vein))
  parts.push(...mediastinum(random, heart, artery, vein))
  return { dome, lungs, parts }
}

/** Directions of the branches from the hilum; x away from the midline. */
const LUNG_BRANCHES = [
  [0.4, 0.6, -1],
  [0.9, -0.5, -0.7],
  [0.9, 0.6, -0.3],
  [0.6, -0.9, -0.1],
  [0.8, 0.1, -0.9],
  [0.9, 0.2, 0.3],
] as const

function lungVessels(random: Random, lungs: Shape, hu: number): Part[] {
  const parts: Part[] = []
  for (const side of [-1, 1]) {
    const shapes = LUNG_BRANCHES.flatMap(([x, y, z]) =>
      vesselTree(random, {
        root: [side * 40, 16, 132],
        heading: [side * 26 * x, 26 * y, 26 * z],
        radiusMm: 3.6,
        thinnestMm: 1.05,
        spread: 0.55,
        shrink: 0.82,
      }),
    )
    parts.push(...shapes.map(shape => part(within(0, shape, grown(-1, lungs)), { hu: hu - 115 }, 'keep')))
  }
  return parts
}

function mediastinum(random: Random, heart: Shape, artery: number, vein: number): Part[] {
  const leftChamber = ellipsoid([44, -30, 118], [24, 20, 34], [0.1, 0.16, -0.24])
  const rightChambers = blend(
    8,
    ellipsoid([12, -52, 122], [30, 17, 34], [0, 0.1, -0.2]),
    ellipsoid([-12, -28, 132], [20, 24, 28]),
  )
  const atrium = ellipsoid([18, 2, 150], [32, 17, 24])
  const gullet = tube([
    [8, spineY(190) - 26, 190, 7],
    [10, spineY(90) - 30, 90, 7.5],
    [24, 10, 62, 8],
  ])
  const z = random.between(-2, 2)
  return [
    part(heart, { hu: 104, patchHu: 4 }),
    part(union(leftChamber, atrium), { hu: artery - 4 + z, softMm: 2 }),
    part(rightChambers, { hu: vein - 10 + z, softMm: 2 }),
    part(gullet, { hu: 52, grainHu: 8 }),
  ]
}
