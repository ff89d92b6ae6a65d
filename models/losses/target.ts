// What a segmentation loss compares: per-class probabilities and targets, each voxel with its weight.
import type { Value } from '../ir'
import { exp, logSoftmax, mul, oneHot, sigmoid } from '../ops'
import { overChannels } from './weighting'

export type Head = 'softmax' | 'sigmoid'

/** Everything the terms of one loss share, computed once. All [N, classes, ...space] but the weight. */
export interface Comparison {
  readonly head: Head
  readonly logits: Value
  /** log softmax; null for a sigmoid head. */
  readonly logProbabilities: Value | null
  readonly probabilities: Value
  /** 1 where the voxel belongs to the class. */
  readonly truth: Value
  /** [N, 1, ...space]; 0 = not counted. */
  readonly weight: Value
  /** truth times weight */
  readonly weightedTruth: Value
}

/**
 * @param logits float32 [N, classes, ...space]
 * @param target softmax: int32 class index [N, ...space]; an index outside 0..classes-1 belongs to no class.
 *   sigmoid: float32 [N, classes, ...space], 0 or 1.
 * @param weight float32 [N, ...space]
 */
export function compareWithTarget(head: Head, logits: Value, target: Value, weight: Value): Comparison {
  const channelWeight = overChannels(weight)
  const truth = head === 'softmax' ? oneHot(target, logits.shape[1] as number) : target
  const logProbabilities = head === 'softmax' ? logSoftmax(logits) : null
  return {
    head,
    logits,
    logProbabilities,
    probabilities: logProbabilities ? exp(logProbabilities) : sigmoid(logits),
    truth,
    weight: channelWeight,
    weightedTruth: mul(truth, channelWeight),
  }
}
