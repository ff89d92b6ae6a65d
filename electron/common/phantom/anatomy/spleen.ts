// The spleen: a cap between ribs, stomach and left kidney.
import type { PhantomPatient } from '../patients'
import type { Random } from '../random'
import { SPLEEN } from '../labels'
import { ellipsoid, halfSpace } from '../shapes/primitives'
import { cached, grown, within, without, type Shape } from '../shapes/shape'
import { part, type Part } from './part'

/** `room` is what wall and diaphragm leave. */
export function spleen(
  patient: PhantomPatient,
  random: Random,
  room: readonly Shape[],
  stomach: Shape,
  leftKidney: Shape,
): { shape: Shape; parts: Part[] } {
  const about = (middle: number, spread: number): number => middle + random.between(-spread, spread)
  const center = [about(98, 3), about(44, 4), about(12, 5)] as const
  const radiiMm = [about(43, 3), about(60, 4), about(68, 6)] as const
  const whole = ellipsoid(center, radiiMm, [0.12, 0.1, about(-0.28, 0.06)])
  const lateral = halfSpace([-1, -0.3, 0], -84)
  const shape = cached(without(6, within(5, whole, lateral, ...room), grown(2.5, stomach), grown(4, leftKidney)))
  return { shape, parts: [part(shape, { hu: patient.enhancement.spleen, patchHu: 3, grainHu: 3 }, SPLEEN)] }
}
