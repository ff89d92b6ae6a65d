// The liver under the right dome, its portal and hepatic veins, and the gallbladder in its fossa.
import type { PhantomPatient } from '../patients'
import type { Random } from '../random'
import { LIVER } from '../labels'
import { ellipsoid, plate, tube } from '../shapes/primitives'
import { blend, cached, grown, within, without, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part } from './part'
import { vesselTree } from './vessels'

export interface Liver {
  shape: Shape
  parts: Part[]
}

/** `room` is what the wall and the diaphragm leave, `avoid` the organs that press into the liver. */
export function liver(patient: PhantomPatient, random: Random, room: readonly Shape[], avoid: readonly Shape[]): Liver {
  const { liver: hu, vein } = patient.enhancement
  const about = (middle: number, spread: number): number => middle + random.between(-spread, spread)

  const gallbladder = blend(
    6,
    ellipsoid([about(-42, 5), about(-38, 4), about(-50, 5)], [15, 17, 22], [0.25, 0, 0.2]),
    ellipsoid([-34, -18, -34], [7, 9, 12]),
  )
  const mass = blend(
    26,
    ellipsoid([-76, about(0, 4), about(4, 5)], [68, about(84, 4), about(84, 5)]),
    ellipsoid([about(-86, 4), about(14, 5), about(-56, 7)], [about(34, 4), about(42, 4), about(50, 9)]),
    ellipsoid([about(14, 5), about(-50, 3), about(28, 4)], [about(76, 7), 36, about(44, 5)], [0.1, 0.14, -0.08]),
    ellipsoid([-12, 0, 30], [34, 34, 32]),
  )
  const ligament = plate([about(2, 3), -66, -8], [1, 0.25, 0], [3, 40, 34])
  const shape = cached(
    without(7, within(7, mass, ...room), grown(2, gallbladder), ligament, ...avoid.map(organ => grown(3, organ))),
  )

  const hilum = [-30, -2, -8] as const
  const portal = [
    [-26, -6, 4],
    [-16, 10, -22],
    [22, -22, 14],
  ] as const
  const veins = [
    [-34, 10, -10],
    [-18, -22, -14],
    [20, -24, -8],
  ] as const
  const inside = grown(-2, shape)
  const trees = [
    ...portal.flatMap(heading =>
      vesselTree(random, { root: hilum, heading, radiusMm: 5.6, thinnestMm: 1.5, spread: 0.62, shrink: 0.82 }),
    ),
    ...veins.flatMap(heading =>
      vesselTree(random, { root: [-18, 8, 58], heading, radiusMm: 5.2, thinnestMm: 1.5, spread: 0.5, shrink: 0.84 }),
    ),
  ]
  const trunk = tube([
    [2, 4, -34, 6.5],
    [-16, 2, -20, 7],
    [...hilum, 6.5],
  ])
  return {
    shape,
    parts: [
      part(trunk, { hu: vein }),
      part(shape, { hu, patchHu: 4.5, grainHu: 2.5 }, LIVER),
      ...trees.map(tree => part(within(0, tree, inside), { hu: vein - 4, softMm: 0.8, opacity: 0.85 }, 'keep')),
      layered(gallbladder, layer(0, { hu: hu - 38 }), layer(-2, { hu: about(16, 4), patchHu: 3 })),
    ],
  }
}
