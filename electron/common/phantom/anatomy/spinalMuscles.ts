// Muscles along the spine: erectors behind it in a sheath of fat, psoas and quadratus beside the loin.
import { column, halfSpace, shifted, straight, tube, type Knot } from '../shapes/primitives'
import { grown, within, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part } from './part'
import { SPINE_Y, spineY } from './spine'

/** Distance from the midline and radius of the psoas at some heights, mm. */
const PSOAS = [
  { x: 21, radius: 6, z: 14 },
  { x: 28, radius: 12, z: -40 },
  { x: 38, radius: 18, z: -80 },
  { x: 46, radius: 23, z: -130 },
  { x: 52, radius: 26, z: -220 },
] as const

/** @param limit the erectors end at its surface */
export const spinalMuscles = (limit: Shape): Part[] => [-1, 1].flatMap(side => muscles(side, limit))

function muscles(side: number, limit: Shape): Part[] {
  const erector = column([-75, 75, 50, 120, -400, 400], straight(side * 31), shifted(SPINE_Y, 36), [27, 16])
  const psoas = tube(PSOAS.map(({ x, radius, z }): Knot => [side * x, spineY(z) + 3, z, radius]))
  const loin = column([-110, 110, 40, 110, -400, 10], [side * 64.8, side * -0.06, 0], straight(66), [19, 9])
  const quadratus = within(3, loin, halfSpace([0, 0, 1], -5))
  return [
    part(quadratus, { hu: 60, patchHu: 4, grainHu: 5 }),
    part(psoas, { hu: 60, patchHu: 4, grainHu: 5 }),
    layered(
      within(2, grown(1.6, erector), limit),
      layer(0, { hu: -85 }),
      layer(-1.6, { hu: 55, patchHu: 9, grainHu: 9 }),
    ),
  ]
}
