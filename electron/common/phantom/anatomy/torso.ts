// The trunk: skin, fat, the muscle wall in layers, and the cavity that holds the organs.
import type { PhantomPatient } from '../patients'
import type { Bounds } from '../shapes/frame'
import { ellipsoid } from '../shapes/primitives'
import { blend, cached, derived, solid, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part } from './part'

export interface Torso {
  /** The cage that ribs lie in: outer surface of the wall without the muscles on top. */
  cage: Shape
  /** Inner surface of the wall: the chest and belly cavity. */
  cavity: Shape
  parts: Part[]
}

/** Further inside than this no layer of the trunk ends: its exact thickness is not worked out there. */
const DEEP_MM = -30

const BOUNDS: Bounds = [-200, 200, -150, 135, -400, 400]
const SHEET_BOUNDS: Bounds = [-165, 165, -112, 105, -400, 400]
const CAVITY_BOUNDS: Bounds = [-148, 148, -106, 90, -400, 400]

/**
 * Distance to the cage: a cross-section between ellipse and rounded box, wider at the chest, flatter at the back.
 * Measured along the ray from the axis, which is within a few percent of the true distance.
 */
function cageDistance(x: number, y: number, z: number): number {
  const fromWaist = z + 70
  const u = x / (138 + 0.0003 * fromWaist * fromWaist)
  const v = y / (y < 0 ? 90 + 0.00018 * fromWaist * fromWaist : 93)
  const round = u * u + v * v
  const boxy = Math.sqrt(u * u * u * u + v * v * v * v)
  const level = Math.sqrt(0.56 * round + 0.44 * boxy)
  const radius = Math.sqrt(x * x + y * y)
  return level < 1e-4 ? -88 : radius * (1 - 1 / level)
}

/** 1 behind, -1 in front, 0 at the sides. */
const backness = (x: number, y: number): number => y / Math.sqrt(x * x + y * y + 1)

/** 0 below `low`, 1 above `high`, smooth between. */
function step(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}

/** Muscles that lie on the cage, mm thick: pectorals in front of the chest, latissimus and serratus behind and beside it. */
function overlay(x: number, y: number, z: number): number {
  const chest = step(10, 110, z)
  const back = backness(x, y)
  const side = Math.abs(x)
  const pectoral = step(80, 125, z) * step(12, 45, side) * step(0.25, 0.75, -back)
  const latissimus = chest * step(0.1, 0.45, back) * step(30, 75, side)
  return 9 * pectoral + 10 * latissimus + 3 * chest
}

/** Fat under the skin, mm: more behind and, in the belly, in front. */
function fatThickness(x: number, y: number, z: number): number {
  const back = backness(x, y)
  const low = 1 - step(-90, 60, z)
  return 8 + 4 * low + 5 * back * back + (back > 0 ? 3 * back : -4 * back * low)
}

/** The groove along the back above the spine, mm. */
function furrow(x: number, y: number): number {
  const t = y < 0 ? 0 : 1 - (x * x) / 900
  return t > 0 ? 6 * t * t : 0
}

const wallThickness = (x: number, y: number, z: number): number => {
  const back = backness(x, y)
  return 12 + 2 * (1 - back * back) + (back > 0 ? 12 * back * back : 0) + 1.5 * step(40, 80, z)
}

export function torso(patient: PhantomPatient): Torso {
  const cage = cached(
    solid(BOUNDS, (out, from, to, x, y, z) => {
      for (let n = from; n < to; n++) out[n] = cageDistance(x[n]!, y[n]!, z[n]!)
    }),
  )
  const wall = cached(
    derived(cage, BOUNDS, (out, from, to, x, y, z) => {
      for (let n = from; n < to; n++) if (out[n]! > DEEP_MM) out[n] = out[n]! - overlay(x[n]!, y[n]!, z[n]!)
    }),
  )
  const trunk = derived(wall, BOUNDS, (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) {
      if (out[n]! > DEEP_MM) out[n] = out[n]! - patient.fat * fatThickness(x[n]!, y[n]!, z[n]!) + furrow(x[n]!, y[n]!)
    }
  })
  const outline = patient.sex === 'F' ? blend(40, trunk, breast(-1), breast(1)) : trunk
  const cavity = cached(
    derived(cage, CAVITY_BOUNDS, (out, from, to, x, y, z) => {
      for (let n = from; n < to; n++) out[n] = out[n]! + wallThickness(x[n]!, y[n]!, z[n]!)
    }),
  )
  return {
    cage,
    cavity,
    parts: [
      layered(outline, layer(0, { hu: 24 }), layer(-2, { hu: -104, patchHu: 5, grainHu: 4 })),
      ...(patient.sex === 'F' ? [gland(-1), gland(1)] : []),
      part(wall, { hu: 57, patchHu: 5, grainHu: 5 }),
      part(fatBetweenMuscles(cage), { hu: -75, opacity: 0.7 }),
      part(cavity, { hu: -102, patchHu: 6, grainHu: 4 }),
    ],
  }
}

/** Thin sheets of fat: between the three muscles of the flanks below the ribs, and on the cage under the muscles of the chest. */
function fatBetweenMuscles(cage: Shape): Shape {
  return derived(cage, SHEET_BOUNDS, (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) {
      const depth = out[n]!
      if (depth > 8 || depth < -16) out[n] = 8
      else {
        const flank = Math.min(Math.abs(depth + 4.6), Math.abs(depth + 9.2)) - 0.55
        const chest = Math.abs(depth - 0.4) - 0.9
        out[n] = Math.min(
          Math.max(flank, 0.25 * (80 - Math.abs(x[n]!)), 0.25 * (z[n]! - 20)),
          Math.max(chest, 5 - overlay(x[n]!, y[n]!, z[n]!), 0.25 * (45 - z[n]!)),
        )
      }
    }
  })
}

const breast = (side: number): Shape => ellipsoid([side * 78, -94, 108], [58, 32, 48], [0, 0, side * 0.2])
const gland = (side: number): Part =>
  part(ellipsoid([side * 80, -108, 102], [30, 12, 26], [0, 0, side * 0.2]), {
    hu: -30,
    grainHu: 35,
    softMm: 8,
    opacity: 0.8,
  })
