// The loss of a segmentation: one total and its named parts.
import { scalar, type Value } from '../ir'
import { add, mul } from '../ops'
import { ModelError } from '../errors'
import { crossEntropy, focal } from './crossEntropy'
import { softDice, tversky } from './overlap'
import type { SegmentationLossConfig } from './segmentationConfig'
import { compareWithTarget, type Head } from './target'

export interface SegmentationLoss {
  readonly total: Value
  /** Unweighted terms by name: `dice`, `crossEntropy`, `focal`, `tversky`. */
  readonly parts: Readonly<Record<string, Value>>
}

/**
 * Scalars. Finite for every batch: all background, class absent, nothing counted (0).
 * @param logits float32 [N, classes, ...space]
 * @param target int32 [N, ...space] for softmax, float32 [N, classes, ...space] for sigmoid
 * @param weight float32 [N, ...space], 0 = not counted
 * @throws ModelError config-invalid when the class weights don't fit the classes.
 */
export function segmentationLoss(
  config: SegmentationLossConfig,
  head: Head,
  logits: Value,
  target: Value,
  weight: Value,
): SegmentationLoss {
  const classes = logits.shape[1]
  if ('classWeights' in config && config.classWeights && config.classWeights.length !== classes)
    throw new ModelError(
      'config-invalid',
      `The loss has ${config.classWeights.length} class weights for ${classes} classes. Give one each.`,
    )
  const compared = compareWithTarget(head, logits, target, weight)
  switch (config.kind) {
    case 'crossEntropy': {
      const total = crossEntropy(compared, config.classWeights)
      return { total, parts: { crossEntropy: total } }
    }
    case 'dice': {
      const total = softDice(compared, config.smooth)
      return { total, parts: { dice: total } }
    }
    case 'diceCrossEntropy': {
      const parts = {
        dice: softDice(compared, config.smooth),
        crossEntropy: crossEntropy(compared, config.classWeights),
      }
      const total = add(
        mul(parts.dice, scalar(config.diceWeight)),
        mul(parts.crossEntropy, scalar(config.crossEntropyWeight)),
      )
      return { total, parts }
    }
    case 'focal': {
      const total = focal(compared, config.gamma, config.classWeights)
      return { total, parts: { focal: total } }
    }
    case 'tversky': {
      const total = tversky(compared, config.alpha, config.beta, config.smooth)
      return { total, parts: { tversky: total } }
    }
  }
}
