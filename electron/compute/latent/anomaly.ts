// What is unlike the normal images: by the error of its reconstruction, and by where its code lies.
import { CholeskyDecomposition } from 'ml-matrix'
import { aggregatePosterior } from '#common/latent/gaussian'
import { reviewQueue, type CaseScores, type QueuedCase } from '#common/latent/reviewQueue'
import { averagePrecision, rocOf, thresholdOf, type Roc } from '#common/latent/roc'
import { SagittaError } from '#common/errors'
import type { CodeSet } from './codeSet'

export interface AnomalyOptions {
  /** Held-out normal images under the same model; null: the model's own held-out images give the threshold. */
  readonly normals: CodeSet | null
  readonly anomalousLabels: readonly number[] | null
  /** Share of normals below the threshold. */
  readonly share: number
  /** By volume id, for the queue of cases. */
  readonly disagreement?: Readonly<Record<string, number>>
}

export interface Anomalies {
  readonly outlierness: Float32Array
  readonly ranking: Int32Array
  readonly reasons: readonly string[]
  readonly threshold: number | null
  readonly above: number
  readonly cases: readonly QueuedCase[]
  readonly roc: (Roc & { readonly averagePrecision: number }) | null
}

const REASONS = 100

/** @throws model-incompatible without errors (no decoder), or for normals of another model; no-training-data. */
export function anomaliesOf(
  set: CodeSet,
  { normals, anomalousLabels, share, disagreement = {} }: AnomalyOptions,
): Anomalies {
  const { errors, model } = set
  if (errors.length === 0)
    throw new SagittaError(
      'model-incompatible',
      `${model.path} lies without its decoder, so nothing can be reconstructed and no error be told. Copy the whole run folder.`,
      { path: model.path },
    )
  if (normals && normals.model.facts.pair !== model.facts.pair)
    throw new SagittaError(
      'model-incompatible',
      `The normal codes are those of ${normals.model.path}, not of ${model.path}. Encode the normal images with the same model.`,
      { codes: normals.id },
    )
  const outlierness = outliernessOf(set.codes, (normals ?? set).codes, model.units)
  const threshold = normals ? thresholdOf(normals.errors, share) : (model.facts.heldOut?.p95 ?? null)
  const [errorRank, outlierRank] = [ranksOf(errors), ranksOf(outlierness)]
  const ranking = Int32Array.from(errors.keys()).sort(
    (a, b) =>
      Math.min(errorRank[a]!, outlierRank[a]!) - Math.min(errorRank[b]!, outlierRank[b]!) || errors[b]! - errors[a]!,
  )
  return {
    outlierness,
    ranking,
    reasons: Array.from(ranking.subarray(0, REASONS), n =>
      reasonFor(errors[n]!, errorRank[n]!, outlierness[n]!, outlierRank[n]!, threshold),
    ),
    threshold,
    above: threshold === null ? 0 : errors.reduce((sum, error) => sum + (error > threshold ? 1 : 0), 0),
    cases: reviewQueue(casesOf(set, outlierness, disagreement)),
    roc: anomalousLabels ? curve(set, anomalousLabels) : null,
  }
}

/** Over the images of which somebody said what they show. @throws no-training-data when all of these, or none, are anomalous */
function curve({ images, errors }: CodeSet, anomalous: readonly number[]): Anomalies['roc'] {
  const known = images.items.flatMap(({ label }, n) => (label === null ? [] : [{ label, error: errors[n]! }]))
  const scores = known.map(({ error }) => error)
  const positive = known.map(({ label }) => (anomalous.includes(label) ? 1 : 0))
  return { ...rocOf(scores, positive), averagePrecision: averagePrecision(scores, positive) }
}

function casesOf(
  { images, errors }: CodeSet,
  outlierness: Float32Array,
  disagreement: Readonly<Record<string, number>>,
): CaseScores[] {
  const sums = new Map<string, { error: number; outlierness: number; count: number }>()
  images.items.forEach(({ place }, n) => {
    if (!place) return
    const sum = sums.get(place.volume) ?? { error: 0, outlierness: 0, count: 0 }
    sums.set(place.volume, {
      error: sum.error + errors[n]!,
      outlierness: sum.outlierness + outlierness[n]!,
      count: sum.count + 1,
    })
  })
  return [...sums].map(([id, sum]) => ({
    id,
    error: sum.error / sum.count,
    outlierness: sum.outlierness / sum.count,
    disagreement: disagreement[id] ?? null,
  }))
}

/** Place in the order from the largest value on, 0 first. */
function ranksOf(values: Float32Array): Int32Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!)
  const ranks = new Int32Array(values.length)
  order.forEach((n, rank) => (ranks[n] = rank))
  return ranks
}

function reasonFor(
  error: number,
  errorRank: number,
  outlierness: number,
  outlierRank: number,
  threshold: number | null,
): string {
  if (outlierRank < errorRank)
    return `Its code lies far from the others: ${outlierness.toFixed(1)} times the usual squared distance (number ${outlierRank + 1}).`
  const beyond = threshold === null ? '' : error > threshold ? `, above the threshold ${threshold.toPrecision(3)}` : ''
  return `It is reconstructed badly: error ${error.toPrecision(3)} (number ${errorRank + 1})${beyond}.`
}

/** Squared Mahalanobis distance from the normals' Gaussian, per unit. Directions without spread get a millionth of the largest. */
export function outliernessOf(codes: Float32Array, normals: Float32Array, units: number): Float32Array {
  const { mean, covariance } = aggregatePosterior(normals, units)
  const ridge = 1e-6 * Math.max(...covariance.diagonal(), 1e-12)
  for (let d = 0; d < units; d++) covariance.set(d, d, covariance.get(d, d) + ridge)
  const factor = new CholeskyDecomposition(covariance).lowerTriangularMatrix
  const solved = new Float64Array(units)
  return Float32Array.from({ length: codes.length / units }, (_, n) => {
    let sum = 0
    for (let i = 0; i < units; i++) {
      let value = codes[n * units + i]! - mean[i]!
      for (let j = 0; j < i; j++) value -= factor.get(i, j) * solved[j]!
      solved[i] = value / factor.get(i, i)
      sum += solved[i]! ** 2
    }
    return sum / units
  })
}
