// Metrics rows of classifiers as chart data and figures: balanced accuracy, chance, which class was taken for which. Pure.
import type { MetricsRow } from '#common/ipc/training'
import type { ChartData } from './chart'

type Counts = NonNullable<MetricsRow['validation']['confusion']>

export const balancedAccuracy = ({ validation }: MetricsRow): number | null =>
  validation.terms?.['balancedAccuracy'] ?? null

export function accuracyChart(rows: readonly MetricsRow[]): ChartData {
  const values = rows.map(balancedAccuracy)
  return {
    epochs: rows.map(({ epoch }) => epoch),
    lines: [{ name: 'validation', color: 'var(--text-1)', dashed: true, values }],
  }
}

/** How many classes the held-out images have: one that always says the same reaches 1 / so many. null where it wasn't counted. */
export const classesJudged = ({ validation }: MetricsRow): number | null =>
  validation.confusion?.counts.filter(row => sum(row) > 0).length ?? null

export interface ConfusionRow {
  readonly name: string
  /** Held-out images of this class. */
  readonly count: number
  /** Share of them that was recognised. */
  readonly recall: number
  readonly cells: readonly { readonly count: number; readonly share: number; readonly right: boolean }[]
}

/** Classes that held-out images have, each with what they were said to be; columns for every class that is one of these or was said. */
export function confusionTable({ classes, counts }: Counts): {
  readonly columns: readonly string[]
  readonly rows: readonly ConfusionRow[]
} {
  const shown = [...classes.keys()].filter(n => sum(counts[n]!) > 0 || counts.some(row => row[n]! > 0))
  const rows = shown.flatMap(n => {
    const count = sum(counts[n]!)
    if (count === 0) return []
    const cells = shown.map(said => ({
      ...{ count: counts[n]![said]!, share: counts[n]![said]! / count, right: said === n },
    }))
    return [{ name: classes[n]!, count, recall: counts[n]![n]! / count, cells }]
  })
  return { columns: shown.map(n => classes[n]!), rows }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
