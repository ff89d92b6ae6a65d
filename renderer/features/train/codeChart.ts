// Metrics rows of autoencoders and VAEs as chart data and figures: both terms of the loss, what the units of the code do. Pure.
import type { MetricsRow } from '#common/ipc/training'
import { COLLAPSED_NATS } from '#common/latent/units'
import type { ChartData } from './chart'

/** A term of the loss, as the trainer names it. */
export type Term = 'reconstruction' | 'kl' | 'sparsity'

const judged = (row: MetricsRow, term: string): number | null => row.validation.terms?.[term] ?? null

/** One term over the epochs: training plain, validation dashed. */
export function termChart(rows: readonly MetricsRow[], term: Term): ChartData {
  return {
    epochs: rows.map(({ epoch }) => epoch),
    lines: [
      { name: 'train', color: 'var(--text-1)', values: rows.map(({ train }) => train[term] ?? null) },
      { name: 'validation', color: 'var(--text-1)', dashed: true, values: rows.map(row => judged(row, term)) },
    ],
  }
}

/** How many units of the code vary over the validation images. */
export function activeChart(rows: readonly MetricsRow[]): ChartData {
  return {
    epochs: rows.map(({ epoch }) => epoch),
    lines: [{ name: 'active units', color: 'var(--text-1)', values: rows.map(row => judged(row, 'activeUnits')) }],
  }
}

/** A run is a VAE's when its code has a divergence from the prior. */
export const isVae = (rows: readonly MetricsRow[]): boolean => rows.some(row => judged(row, 'kl') !== null)

/** The term beside the reconstruction: the divergence, or a penalty that is not 0. */
export function secondTerm(rows: readonly MetricsRow[]): Exclude<Term, 'reconstruction'> | null {
  if (isVae(rows)) return 'kl'
  const penalised = (row: MetricsRow): boolean => [judged(row, 'sparsity'), row.train['sparsity']].some(value => value)
  return rows.some(penalised) ? 'sparsity' : null
}

export const TERM_NAMES: Readonly<Record<Term, string>> = {
  reconstruction: 'Reconstruction error',
  kl: 'KL divergence',
  sparsity: 'Sparsity penalty',
}

export const lastTerm = (rows: readonly MetricsRow[], term: string): number | null => {
  const last = rows.at(-1)
  return last ? judged(last, term) : null
}

/** As many epochs as the trainer waits before it says so. */
const SILENT_EPOCHS = 5

/** The code of a VAE has said next to nothing for the last epochs: its posterior is the prior, whatever the image. */
export function hasCollapsed(rows: readonly MetricsRow[]): boolean {
  const last = rows.slice(-SILENT_EPOCHS)
  return (
    last.length === SILENT_EPOCHS &&
    isVae(last) &&
    last.every(row => meanOf(row.validation.units ?? [1]) < COLLAPSED_NATS)
  )
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
