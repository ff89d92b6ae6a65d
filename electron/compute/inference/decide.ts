// Which label a voxel is given: the one that promises the largest Dice, not the likeliest class.
import type { ModelFacts } from '../modelFile/metadata'

export type Decision = NonNullable<ModelFacts['decision']>

/** Below, a label is hardly learnt: half of its Dice would be a threshold under which it takes voxels from those that are. */
const LEAST_DICE = 0.6

/**
 * Turns class probabilities into scores whose largest decides, in place. Adding a voxel that is of class c with probability p to a
 * prediction of P voxels, of a truth of T, changes Dice = 2 TP / (P + T) by 2 (p - Dice / 2) / (P + T) to first order. So the score of a
 * label is (p - Dice / 2) / T, and that of background, whose Dice nobody counts, is 0. For one label this is the optimal threshold of
 * Lipton, Elkan and Naryanaswamy 2014 (arXiv:1402.1892): half of the Dice that is reached. The likeliest class instead minimises wrong
 * voxels, and takes the rim off everything small and uncertain.
 *
 * Scores are affine in the probabilities, so that resampling them linearly and deciding afterwards is exact.
 * @param planes one per class, background first; null for `decision` leaves them as they are.
 */
export function decisionScores(planes: readonly Float32Array[], decision: Decision | null): readonly Float32Array[] {
  if (!decision) return planes
  planes[0]!.fill(0)
  decision.forEach(({ dice, share }, label) => {
    const plane = planes[label + 1]!
    const threshold = dice / 2
    for (let n = 0; n < plane.length; n++) plane[n] = (plane[n]! - threshold) / share
  })
  return planes
}

/**
 * null, the likeliest class, where any label was judged to be hardly learnt: early in training, or of too few voxels.
 * A label that was not judged, or occurs in none of the judged slices, is decided as if its Dice were 1: at a probability of one half.
 * @param dice per label as judged
 * @param learnt pixels per class that were learnt from, background first; `judged` the same of the slices that were judged
 */
export function decisionOf(
  dice: readonly (number | null)[],
  learnt: readonly number[],
  judged: readonly number[],
): Decision | null {
  const all = learnt.reduce((sum, count) => sum + count, 0)
  const decision = dice.map((value, label) => ({
    dice: (judged[label + 1] ?? 0) > 0 ? (value ?? 1) : 1,
    share: Math.max(learnt[label + 1] ?? 0, 1) / Math.max(all, 1),
  }))
  return decision.every(label => label.dice >= LEAST_DICE) ? decision : null
}
