// Overlap losses: soft Dice and Tversky, batch-wise, mean over the foreground classes.
import { scalar, type Value } from '../ir'
import { add, div, mul, reduceMean, slice, sub } from '../ops'
import type { Comparison } from './target'
import { sumPerChannel } from './weighting'

/**
 * 1 - mean over classes of (2 sum(p t) + s) / (sum(p) + sum(t) + s), sums over the whole batch and all voxels times
 * their weight (Milletari et al. 2016, arXiv:1606.04797, with the first powers of Drozdzal et al. 2016). An absent class
 * costs the probability spent on it; where nothing counts at all, the loss is 0.
 */
export function softDice(compared: Comparison, smooth: number): Value {
  const { both, predicted, actual } = foregroundSums(compared)
  const s = scalar(smooth)
  return sub(scalar(1), reduceMean(div(add(mul(both, scalar(2)), s), add(add(predicted, actual), s))))
}

/**
 * 1 - mean over classes of (TP + s) / (TP + alpha FP + beta FN + s) (Salehi et al. 2017, arXiv:1706.05721, eq. 3).
 */
export function tversky(compared: Comparison, alpha: number, beta: number, smooth: number): Value {
  const { both, predicted, actual } = foregroundSums(compared)
  const s = scalar(smooth)
  const falsePositives = mul(sub(predicted, both), scalar(alpha))
  const falseNegatives = mul(sub(actual, both), scalar(beta))
  return sub(scalar(1), reduceMean(div(add(both, s), add(add(add(both, falsePositives), falseNegatives), s))))
}

/** [foreground classes] each: sum of p t, of p and of t over batch and space. Channel 0 of a softmax is the background. */
function foregroundSums({ head, probabilities, weight, weightedTruth }: Comparison) {
  const classes = weightedTruth.shape[1] as number
  const foreground = (x: Value) => (head === 'softmax' ? slice(x, [0], [1], [classes]) : x)
  return {
    both: foreground(sumPerChannel(mul(probabilities, weightedTruth))),
    predicted: foreground(sumPerChannel(mul(probabilities, weight))),
    actual: foreground(sumPerChannel(weightedTruth)),
  }
}
