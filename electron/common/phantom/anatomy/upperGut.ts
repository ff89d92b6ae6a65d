// Stomach, duodenum and pancreas.
import type { Random } from '../random'
import { ellipsoid, halfSpace, tube } from '../shapes/primitives'
import { blend, cached, grown, within, without, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part } from './part'

/** `liver` lies on the stomach and dents it. */
export function stomach(random: Random, room: readonly Shape[], liver: Shape): { shape: Shape; parts: Part[] } {
  const about = (middle: number, spread: number): number => middle + random.between(-spread, spread)
  const fundus = ellipsoid([about(52, 4), about(14, 4), about(40, 4)], [31, 33, 34])
  const corpus = ellipsoid([about(62, 4), about(-24, 4), about(4, 5)], [29, 29, 44], [0.1, 0, 0.2])
  const antrum = ellipsoid([about(24, 5), about(-48, 3), about(-34, 5)], [38, 19, 20], [0, 0.1, 0.08])
  const shape = cached(without(5, within(6, blend(24, fundus, corpus, antrum), ...room), grown(0.8, liver)))
  return { shape, parts: stomachParts(random, shape) }
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

export function pancreas(random: Random): Part[] {
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
