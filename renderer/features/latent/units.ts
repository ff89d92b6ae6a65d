// The units of a code as the explorer moves them: in which order, how far, and the points that are decoded for it. Pure.
import type { z } from 'zod'
import type { LatentModelInfo, unitSchema } from '#common/ipc/latent'
import { byProbability, evenly } from '#common/latent/paths'

export type UnitFacts = z.infer<typeof unitSchema>
export type UnitOrder = 'kl' | 'variance' | 'number'

/** Units, the one that says most first; equal ones by number. */
export function orderedUnits(units: readonly UnitFacts[], order: UnitOrder): number[] {
  const weight = ({ kl, variance }: UnitFacts): number => (order === 'kl' ? (kl ?? variance) : variance)
  const all = units.map((_, unit) => unit)
  return order === 'number' ? all : all.sort((a, b) => weight(units[b]!) - weight(units[a]!) || a - b)
}

export interface UnitRange {
  readonly middle: number
  /** One standard deviation. */
  readonly sigma: number
}

/** A VAE's codes are measured by its prior N(0, 1); an autoencoder's by what they are over the images. */
export const unitRange = (task: LatentModelInfo['task'], { mean, variance }: UnitFacts): UnitRange =>
  task === 'vae' ? { middle: 0, sigma: 1 } : { middle: mean, sigma: Math.sqrt(variance) || 1 }

/** How far sliders go, in standard deviations. */
export const REACH = 3

/** The point with each unit of `list` at its low end, then at its high end: [2 x list, units]. */
export function endPoints(point: Float32Array, list: readonly number[], ranges: readonly UnitRange[]): Float32Array {
  const out = new Float32Array(2 * list.length * point.length)
  list.forEach((unit, at) =>
    [-REACH, REACH].forEach((reach, end) => {
      const start = (2 * at + end) * point.length
      out.set(point, start)
      out[start + unit] = ranges[unit]!.middle + reach * ranges[unit]!.sigma
    }),
  )
  return out
}

export type GridSpacing = 'even' | 'prior'

/** Positions of a grid's lines in standard deviations: equal steps, or equal steps of a Gaussian's probability. */
export const gridSteps = (size: number, spacing: GridSpacing, reach = 2): number[] =>
  spacing === 'prior' ? byProbability(size) : evenly(size, reach)

/** The plane of two units through a point, rows from the top, the second growing upward: [steps x steps, units]. */
export function gridPoints(
  point: Float32Array,
  [across, up]: readonly [number, number],
  ranges: readonly UnitRange[],
  steps: readonly number[],
): Float32Array {
  const size = steps.length
  const out = new Float32Array(size * size * point.length)
  const value = (unit: number, step: number): number => ranges[unit]!.middle + step * ranges[unit]!.sigma
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const start = (row * size + column) * point.length
      out.set(point, start)
      out[start + up] = value(up, steps[size - 1 - row]!)
      out[start + across] = value(across, steps[column]!)
    }
  return out
}

/** Cell of a grid nearest to a point, row by row; null when the point lies outside by more than a step. */
export function nearestCell(
  point: Float32Array,
  [across, up]: readonly [number, number],
  ranges: readonly UnitRange[],
  steps: readonly number[],
): number | null {
  const index = (unit: number): number | null => {
    const { middle, sigma } = ranges[unit]!
    const at = (point[unit]! - middle) / sigma
    const far = steps.map(step => Math.abs(step - at))
    const best = far.indexOf(Math.min(...far))
    const between = Math.abs((steps[1] ?? steps[0]! + 1) - steps[0]!)
    return far[best]! <= between ? best : null
  }
  const [column, row] = [index(across), index(up)]
  return column === null || row === null ? null : (steps.length - 1 - row) * steps.length + column
}

export const codeAt = (values: Float32Array, units: number, index: number): Float32Array =>
  values.slice(index * units, (index + 1) * units)

/** Two axes after one of them was chosen anew: the unit that was on the other axis comes here in exchange. */
export function withAxis(
  pair: readonly [number, number],
  at: 0 | 1,
  unit: number,
): readonly [across: number, up: number] {
  const other = pair[1 - at] === unit ? pair[at] : pair[1 - at]!
  return at === 0 ? [unit, other] : [other, unit]
}
