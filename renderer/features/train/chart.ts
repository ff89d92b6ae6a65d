// Metrics rows as chart data: epochs, losses, Dice per class; and places for the names at the ends of lines. Pure.
import type { MetricsRow } from '#common/ipc/training'

export interface Line {
  readonly name: string
  /** CSS colour, or a variable of tokens.css: "var(--text-1)". */
  readonly color: string
  readonly dashed?: boolean
  /** Drawn back: another run, to compare with. */
  readonly faint?: boolean
  /** One value per epoch of the chart; null where there is none. */
  readonly values: readonly (number | null)[]
}

export interface ChartData {
  readonly epochs: readonly number[]
  readonly lines: readonly Line[]
}

export interface ClassLook {
  readonly value: number
  readonly name: string
  readonly color: string
}

export function lossChart(rows: readonly MetricsRow[]): ChartData {
  return {
    epochs: rows.map(row => row.epoch),
    lines: [
      { name: 'train', color: 'var(--text-1)', values: rows.map(row => row.train.loss) },
      { name: 'validation', color: 'var(--text-1)', dashed: true, values: rows.map(row => row.validation.loss) },
    ],
  }
}

/** One line per class that was ever counted; a class absent from validation has null, not 0. */
export function diceChart(rows: readonly MetricsRow[], classes: readonly ClassLook[]): ChartData {
  const values = [...new Set(rows.flatMap(row => Object.keys(row.validation.dice)))]
  const lookOf = (value: string): ClassLook =>
    classes.find(look => String(look.value) === value) ?? {
      value: Number(value),
      name: `Label ${value}`,
      color: 'var(--text-3)',
    }
  return {
    epochs: rows.map(row => row.epoch),
    lines: values.map(value => ({
      name: lookOf(value).name,
      color: lookOf(value).color,
      values: rows.map(row => row.validation.dice[value] ?? null),
    })),
  }
}

/** A line's last value; null when it has none. */
export const lastOf = (values: readonly (number | null)[]): number | null =>
  [...values].reverse().find(value => value !== null) ?? null

/**
 * Moves places apart until neighbours are at least `gap` away from each other, staying within [from, to] while there is room.
 * @returns the new places, in the order given.
 */
export function spread(places: readonly number[], gap: number, from: number, to: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place)
  let at = from - gap
  for (const entry of order) at = entry.place = Math.max(entry.place, at + gap)
  let limit = to + gap
  for (const entry of [...order].reverse()) limit = entry.place = Math.min(entry.place, limit - gap)
  const result = [...places]
  for (const { place, index } of order) result[index] = place
  return result
}

/** Row with the best mean Dice; the earliest of equals; null when none was counted. */
export function bestRow(rows: readonly MetricsRow[]): MetricsRow | null {
  let best: MetricsRow | null = null
  for (const row of rows)
    if (row.meanDice !== null && (best === null || row.meanDice > (best.meanDice ?? -1))) best = row
  return best
}
