// Which epoch of a run is kept, as the trainer decides and as every list and chart shows it.
import type { MetricsRow } from '../ipc/training'

/**
 * Higher mean Dice wins; equal ones are decided by the lower loss; a Dice that cannot be told is below every other. While connections are
 * pruned, fewer of them win: what is wanted is the best network that has no more than were asked for.
 */
export function isBetter(row: MetricsRow, best: MetricsRow | null): boolean {
  if (!best) return true
  const pruned = connectionsIn(best) - connectionsIn(row)
  if (pruned !== 0) return pruned > 0
  const [mine, other] = [row.meanDice ?? -1, best.meanDice ?? -1]
  return mine > other || (mine === other && row.validation.loss < best.validation.loss)
}

const connectionsIn = ({ validation }: MetricsRow): number => validation.terms?.['connections'] ?? 0

/** null: no epoch was judged yet. */
export const keptRow = (rows: readonly MetricsRow[]): MetricsRow | null =>
  rows.reduce<MetricsRow | null>((best, row) => (isBetter(row, best) ? row : best), null)
