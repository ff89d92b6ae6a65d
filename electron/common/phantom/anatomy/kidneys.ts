// The kidneys: beans hollowed towards the spine, each in a cushion of fat.
import type { PhantomPatient } from '../patients'
import type { Random } from '../random'
import { KIDNEY } from '../labels'
import { ellipsoid } from '../shapes/primitives'
import { blend, cached, grown, within, without, type Shape } from '../shapes/shape'
import { part, type Part } from './part'

export interface Kidney {
  /** With the hollow of the sinus: what neighbours stay away from. */
  whole: Shape
  parts: Part[]
}

export function kidneys(patient: PhantomPatient, random: Random): { right: Kidney; left: Kidney } {
  const about = (middle: number, spread: number): number => middle + random.between(-spread, spread)
  const one = (side: 1 | -1): Kidney => {
    const center = [side * about(64, 3), about(46, 3), about(side < 0 ? -62 : -44, 7)] as const
    return kidney(side, center, about(52, 4), about(27, 2), patient.enhancement.kidney)
  }
  return { right: one(-1), left: one(1) }
}

/** A bean: an ellipsoid hollowed towards the spine, its pyramids darker, its sinus filled with fat and a little urine. */
function kidney(
  side: number,
  [x, y, z]: readonly [number, number, number],
  lengthMm: number,
  radiusMm: number,
  hu: number,
): Kidney {
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
    whole,
    parts: [
      part(grown(9, whole), { hu: -104, patchHu: 4 }),
      part(outer, { hu, patchHu: 3, grainHu: 3 }, KIDNEY),
      part(within(2, grown(-6.5, whole), grown(-2, outer)), { hu: hu - 34, grainHu: 16, softMm: 2.5 }, 'keep'),
      part(pelvis, { hu: 12, softMm: 1 }),
    ],
  }
}
