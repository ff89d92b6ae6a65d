// How well a score tells two kinds of items apart: ROC, its area, precision and recall, and thresholds from normal items alone.
import { SagittaError } from '../errors'

export interface Roc {
  /** Area under the curve: the chance that a positive item scores higher than a negative one, ties half. */
  readonly area: number
  /** Points from (0, 0) to (1, 1), one per distinct score. */
  readonly points: readonly {
    readonly falsePositives: number
    readonly truePositives: number
    readonly threshold: number
  }[]
}

/**
 * @param positive 1 where the item is of the kind that should score high
 * @throws no-training-data when one of the two kinds is missing; not-finite for a score that is no number.
 */
export function rocOf(scores: ArrayLike<number>, positive: ArrayLike<number>): Roc {
  const { order, positives, negatives } = sorted(scores, positive)
  const points = [{ falsePositives: 0, truePositives: 0, threshold: Infinity }]
  let [found, wrong, area] = [0, 0, 0]
  for (let n = 0; n < order.length;) {
    const threshold = scores[order[n]!]!
    const [foundBefore, wrongBefore] = [found, wrong]
    for (; n < order.length && scores[order[n]!] === threshold; n++)
      if (positive[order[n]!]) found += 1
      else wrong += 1
    area += ((wrong - wrongBefore) * (found + foundBefore)) / 2
    points.push({ falsePositives: wrong / negatives, truePositives: found / positives, threshold })
  }
  return { area: area / (positives * negatives), points }
}

/** Average precision: the area under the precision-recall curve as a sum over distinct scores (no interpolation). @throws as `rocOf`. */
export function averagePrecision(scores: ArrayLike<number>, positive: ArrayLike<number>): number {
  const { order, positives } = sorted(scores, positive)
  let [found, seen, sum] = [0, 0, 0]
  for (let n = 0; n < order.length;) {
    const threshold = scores[order[n]!]!
    const before = found
    for (; n < order.length && scores[order[n]!] === threshold; n++) {
      seen += 1
      if (positive[order[n]!]) found += 1
    }
    sum += ((found - before) / positives) * (found / seen)
  }
  return sum
}

function sorted(scores: ArrayLike<number>, positive: ArrayLike<number>) {
  let positives = 0
  for (let n = 0; n < scores.length; n++) {
    if (!Number.isFinite(scores[n]!))
      throw new SagittaError('not-finite', `The score of item ${n} is ${scores[n]}. Leave the item out.`, { index: n })
    if (positive[n]) positives += 1
  }
  const negatives = scores.length - positives
  if (positives === 0 || negatives === 0)
    throw new SagittaError(
      'no-training-data',
      `All ${scores.length} items are of one kind, so no curve can be drawn. Add labelled items of the other kind.`,
      { positives, negatives },
    )
  const order = Uint32Array.from({ length: scores.length }, (_, n) => n).sort((a, b) => scores[b]! - scores[a]!)
  return { order, positives, negatives }
}

/**
 * The score that a share of normal items stays at or below: what lies above is unlike them. From held-out normals, so that the share is
 * not too good.
 * @throws no-training-data for fewer than 2 items
 */
export function thresholdOf(normalScores: ArrayLike<number>, share = 0.95): number {
  if (normalScores.length < 2)
    throw new SagittaError(
      'no-training-data',
      `A threshold needs at least 2 normal items that the model was not trained on, and there are ${normalScores.length}.`,
    )
  const ordered = Float64Array.from(normalScores).sort()
  return ordered[Math.min(ordered.length - 1, Math.ceil(share * ordered.length) - 1)]!
}
