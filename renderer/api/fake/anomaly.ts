// The fake's ranking of images: by their errors and by how far their codes lie from the mean, in standard deviations of the units.
import type { z } from 'zod'
import type { anomalySchema, Codes } from '#common/ipc/latent'
import { reviewQueue } from '#common/latent/reviewQueue'
import { averagePrecision, rocOf } from '#common/latent/roc'
import { unitStatistics } from '#common/latent/units'

interface Options {
  readonly threshold: number | null
  readonly anomalous: readonly number[] | null
  readonly disagreement: Readonly<Record<string, number>>
}

const REASONS = 100

export function anomaliesOf(
  set: Codes,
  { threshold, anomalous, disagreement }: Options,
): z.infer<typeof anomalySchema> {
  const { errors, places, units, values } = set
  const spread = unitStatistics(values, units)
  const outlierness = errors.map((_, n) => {
    const squares = spread.map(({ mean, variance }, d) => (values[n * units + d]! - mean) ** 2 / (variance || 1))
    return squares.reduce((a, b) => a + b, 0) / units
  })
  const ranking = Int32Array.from(errors.keys()).sort((a, b) => errors[b]! - errors[a]!)
  const meanOf = (scores: Float32Array, volume: number): number => {
    const own = scores.filter((_, n) => places.volume[n] === volume)
    return own.reduce((a, b) => a + b, 0) / Math.max(1, own.length)
  }
  return {
    ...{ errors, outlierness, ranking, threshold },
    reasons: Array.from(
      ranking.subarray(0, REASONS),
      (n, rank) => `It is reconstructed badly: error ${errors[n]!.toPrecision(3)} (number ${rank + 1}).`,
    ),
    above: threshold === null ? 0 : errors.filter(error => error > threshold).length,
    cases: reviewQueue(
      places.volumeIds.map((id, volume) => ({
        id,
        error: meanOf(errors, volume),
        outlierness: meanOf(outlierness, volume),
        disagreement: disagreement[id] ?? null,
      })),
    ),
    roc: anomalous && curve(set, anomalous),
  }
}

function curve({ errors, labels }: Codes, anomalous: readonly number[]) {
  const positive = Array.from(labels, label => (anomalous.includes(label) ? 1 : 0))
  const { area, points } = rocOf(errors, positive)
  return {
    ...{ area, averagePrecision: averagePrecision(errors, positive) },
    falsePositives: Float32Array.from(points, point => point.falsePositives),
    truePositives: Float32Array.from(points, point => point.truePositives),
    thresholds: Float32Array.from(points, point => point.threshold),
  }
}
