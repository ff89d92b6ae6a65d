// The loss, with classes weighted by how rare they are.
import type { Fingerprint } from '#common/ipc/prepare'
import { DEFAULT_SEGMENTATION_LOSS } from '#models/losses/segmentationConfig'
import type { Choice } from './choice'

/** A class of few voxels is heard, not made louder than everything else together. */
const LARGEST_RATIO = 50

/**
 * Dice and cross entropy; in the latter a class counts by the inverse root of its share of the voxels. Unweighted, a network
 * trained for minutes never starts to predict a lesion: its voxels are one in a thousand.
 */
export function chooseLoss(training: readonly Fingerprint[]): Choice<Record<string, unknown>> {
  const voxels = sumCounts(training)
  const all = voxels.reduce((sum, count) => sum + count, 0)
  const raw = voxels.map(count => Math.sqrt(all / Math.max(count, 1)))
  const least = Math.min(...raw)
  const capped = raw.map((weight, n) => (voxels[n] === 0 ? least : Math.min(weight, LARGEST_RATIO * least)))
  const mean = capped.reduce((sum, weight, n) => sum + weight * (voxels[n]! / all), 0)
  return {
    value: { ...DEFAULT_SEGMENTATION_LOSS, classWeights: capped.map(weight => Number((weight / mean).toPrecision(3))) },
    reason:
      'Dice keeps small structures from being ignored, cross entropy keeps probabilities honest; there, a class counts by the inverse root of its share',
  }
}

function sumCounts(training: readonly Fingerprint[]): number[] {
  const sums: number[] = []
  for (const { counts } of training)
    for (const slice of counts) slice.forEach((count, n) => (sums[n] = (sums[n] ?? 0) + count))
  return sums
}
