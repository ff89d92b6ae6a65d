// Spleen, kidneys, stomach and pancreas.
import type { PhantomPatient } from '../patients'
import type { Random } from '../random'
import { KIDNEY, SPLEEN } from '../labels'
import { ellipsoid, halfSpace, tube } from '../shapes/primitives'
import { blend, cached, grown, union, within, without, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part } from './part'

export interface Abdomen {
  spleen: Shape
  /** Both kidneys: they press into the liver. */
  kidneys: Shape
  /** Stomach and pancreas are painted before the liver, spleen and kidneys after the bowel. */
  hollow: Part[]
  firm: Part[]
}

export function abdomen(patient: PhantomPatient, random: Random, room: readonly Shape[]): Abdomen {
  const about = (middle: number, spread: number): number => middle + random.between(-spread, spread)
  const kidneys = [-1, 1].map(side => {
    const center = [side * about(64, 3), about(46, 3), about(side < 0 ? -62 : -44, 7)] as const
    return kidney(side, center, about(52, 4), about(27, 2))
  })
  const stomach = cached(
    within(
      6,
      blend(
        24,
        ellipsoid([about(58, 4), about(18, 4), about(40, 4)], [32, 33, 34]),
        ellipsoid([about(66, 4), about(-18, 4), about(4, 5)], [30, 30, 44], [0.1, 0, 0.2]),
        ellipsoid([about(24, 5), about(-48, 3), about(-34, 5)], [38, 19, 20], [0, 0.1, 0.08]),
      ),
      ...room,
    ),
  )
  const tilt = about(-0.28, 0.06)
  const whole = within(
    5,
    ellipsoid(
      [about(103, 3), about(44, 4), about(8, 5)],
      [about(36, 3), about(54, 4), about(62, 6)],
      [0.12, 0.1, tilt],
    ),
    ...room,
  )
  const spleen = cached(without(7, whole, grown(3, stomach), grown(4, kidneys[1]!.outer)))
  return {
    spleen,
    kidneys: union(...kidneys.map(({ whole }) => grown(3, whole))),
    hollow: [...stomachParts(random, stomach), ...pancreas(random)],
    firm: [
      part(spleen, { hu: patient.enhancement.spleen, patchHu: 3, grainHu: 3 }, SPLEEN),
      ...kidneys.flatMap(k => k.parts(patient.enhancement.kidney)),
    ],
  }
}

interface KidneyShape {
  /** Without the hollow of the sinus. */
  outer: Shape
  /** With it. */
  whole: Shape
  parts: (hu: number) => Part[]
}

/** A bean: an ellipsoid hollowed towards the spine, its pyramids darker, its sinus filled with fat and a little urine. */
function kidney(
  side: number,
  [x, y, z]: readonly [number, number, number],
  lengthMm: number,
  radiusMm: number,
): KidneyShape {
  const tilt = [0.1, side * 0.12, side * 0.24] as const
  const whole = ellipsoid([x, y, z], [radiusMm, radiusMm + 2, lengthMm], tilt)
  const sinus = blend(
    8,
    ellipsoid([x - side * (radiusMm - 2), y - 7, z], [radiusMm * 0.55, 9, lengthMm * 0.34], tilt),
    ellipsoid([x - side * 8, y - 2, z], [9, 8, lengthMm * 0.42], tilt),
  )
  const outer = cached(without(5, whole, sinus))
  const pelvis = ellipsoid([x - side * 13, y - 4, z - 3], [8, 5, 11], tilt)
  return {
    outer,
    whole,
    parts: hu => [
      part(grown(9, whole), { hu: -104, patchHu: 4 }),
      part(outer, { hu, patchHu: 3, grainHu: 3 }, KIDNEY),
      part(within(2, grown(-6.5, whole), grown(-2, outer)), { hu: hu - 34, grainHu: 16, softMm: 2.5 }, 'keep'),
      part(pelvis, { hu: 12, softMm: 1 }),
    ],
  }
}

/** Wall with folds, fluid with food in it, and gas that collects in front: the patient lies on the back. */
function stomachParts(random: Random, stomach: Shape): Part[] {
  const level = random.between(-34, -24)
  const content = grown(-3.6, stomach)
  return [
    layered(
      stomach,
      layer(0, { hu: 84, grainHu: 10 }),
      layer(-3.6, { hu: random.between(38, 52), patchHu: 4, grainHu: 8, softMm: 1.5 }),
    ),
    part(within(1, content, halfSpace([0, 1, 0.05], level)), { hu: -940 }),
  ]
}

function pancreas(random: Random): Part[] {
  const s = (): number => random.between(-3, 3)
  const gland = tube([
    [-30, 2 + s(), -58, 11],
    [-26, -2 + s(), -44, 14],
    [-4, -12 + s(), -34, 10.5],
    [22, -6 + s(), -24, 10],
    [50, 12 + s(), -14, 11],
    [80, 26 + s(), 0, 9],
  ])
  const duodenum = tube([
    [-22, -34, -34, 12],
    [-46, -14, -42, 13],
    [-52, 2, -66, 13],
    [-40, 12, -88, 13],
    [-8, 8, -94, 11],
    [24, 6, -86, 11],
  ])
  return [
    layered(duodenum, layer(0, { hu: 78, grainHu: 12 }), layer(-3.5, { hu: 34, patchHu: 14, grainHu: 10, softMm: 1 })),
    part(gland, { hu: 86, grainHu: 20, softMm: 1.2 }),
  ]
}
