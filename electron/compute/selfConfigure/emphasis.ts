// How much more rare labels count at the start of a training.
import type { Fingerprint } from '#common/ipc/prepare'
import type { TrainConfig } from '#common/ipc/training'
import { classCounts } from '../datasets/classCounts'
import type { Choice } from './choice'

/** A class of few voxels is heard, not made louder than everything else together. */
const LARGEST_RATIO = 50
/** Share of the steps after which the emphasis has faded, and the exponent that stays. */
const UNTIL = 0.7
const REST = 0.25

/**
 * Weights by the inverse root of a class's share of the voxels. Without, a network trained for minutes never starts to predict a
 * lesion: its voxels are one in a thousand. Kept in full to the end, they would move every border outward.
 */
export function chooseEmphasis(training: readonly Fingerprint[]): Choice<NonNullable<TrainConfig['emphasis']>> {
  const voxels = classCounts(training.flatMap(({ counts }) => counts))
  const all = voxels.reduce((sum, count) => sum + count, 0)
  const raw = voxels.map(count => Math.sqrt(all / Math.max(count, 1)))
  const least = Math.min(...raw)
  const capped = raw.map((weight, n) => (voxels[n] === 0 ? least : Math.min(weight, LARGEST_RATIO * least)))
  const mean = capped.reduce((sum, weight, n) => sum + weight * (voxels[n]! / all), 0)
  const weights = capped.map(weight => Number((weight / mean).toPrecision(3)))
  return {
    value: { weights, untilShare: UNTIL, rest: REST },
    reason: `pixels count by the inverse root of their label's share, which fades over ${100 * UNTIL} % of the training`,
  }
}
