// Ribs, costal cartilage and breastbone: arcs inside the muscle wall that descend from the spine to the front.
import type { Bounds } from '../shapes/frame'
import { derived, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part } from './part'
import { VERTEBRA_PITCH_MM } from './spine'

const BOUNDS: Bounds = [-160, 160, -115, 100, -150, 400]
/** The front: cartilage begins beside the breastbone. */
const FRONT: Bounds = [-130, 130, -115, 10, -150, 400]
/** Ribs are counted downwards from the one whose head lies at z = 0: the eleventh. */
const AT_ORIGIN = 11
const DEPTH_MM = 7
const RIB_PITCH_MM = 0.94 * VERTEBRA_PITCH_MM

/** How far round the trunk a point is: 0 at the spine, 1 at the breastbone. */
function roundness(x: number, y: number): number {
  const u = x / 140
  const v = y / 92
  return (1 - v / Math.sqrt(u * u + v * v + 1e-4)) / 2
}

/** Share of the way round at which a rib's bone ends: floating ribs are short. */
const boneEnd = (rib: number): number => (rib <= 10 ? 0.8 : rib === 11 ? 0.56 : rib === 12 ? 0.3 : -1)

/** Distance to the nearest rib between two shares of the way round; `depth` is the distance to the cage. */
function nearestRib(depth: number, x: number, y: number, z: number, cartilage: boolean): number {
  const fromArc = Math.abs(depth + DEPTH_MM)
  if (fromArc > 10) return fromArc - 4
  const round = roundness(x, y)
  const descent = 8 + 105 * round * (1.15 - 0.35 * round)
  const turns = (z + descent) / RIB_PITCH_MM
  const nearest = Math.floor(turns + 0.5)
  const rib = AT_ORIGIN - nearest
  const across = (depth + DEPTH_MM) / 4.2
  const along = ((turns - nearest) * RIB_PITCH_MM * 0.93) / 6.6
  const cross = (Math.sqrt(across * across + along * along) - 1) * 4.6
  const end = boneEnd(rib)
  return cartilage
    ? Math.max(cross, (round - (rib <= 10 ? 0.93 : -1)) * 130, (end + 0.005 - round) * 130)
    : Math.max(cross, (round - end) * 130, (0.045 - round) * 500)
}

export function ribs(cage: Shape): Part[] {
  const arcs = (cartilage: boolean): Shape =>
    derived(cage, cartilage ? FRONT : BOUNDS, (out, from, to, x, y, z) => {
      for (let n = from; n < to; n++) out[n] = nearestRib(out[n]!, x[n]!, y[n]!, z[n]!, cartilage)
    })
  const breastbone = derived(cage, [-30, 30, -130, -60, 80, 400], (out, from, to, x, _y, z) => {
    for (let n = from; n < to; n++) {
      out[n] = Math.max(Math.abs(x[n]!) - (z[n]! > 104 ? 17 : 9), Math.abs(out[n]! + DEPTH_MM) - 5, 84 - z[n]!)
    }
  })
  return [
    part(arcs(true), { hu: 112, grainHu: 14 }),
    ...[arcs(false), breastbone].map(shape =>
      layered(shape, layer(0, { hu: 560, grainHu: 40 }), layer(-1.9, { hu: 210, grainHu: 40, softMm: 1 })),
    ),
  ]
}
