// Cross entropy and focal loss, for exclusive classes (softmax) and overlapping ones (sigmoid).
import { constant, scalar, type Value } from '../ir'
import { add, broadcastTo, clip, mul, neg, pow, softplus, sub } from '../ops'
import type { Comparison } from './target'
import { ratioOfSums, timesPerChannel } from './weighting'

/**
 * Weighted mean of -log p(true class) over voxels, as PyTorch's: each voxel counts with its weight times its class's.
 * Sigmoid heads: mean over voxels and classes of -[t log p + (1 - t) log(1 - p)], written softplus(x) - t x so that it
 * stays finite for every logit.
 */
export function crossEntropy(compared: Comparison, classWeights: readonly number[] | null): Value {
  const perClass = weighter(classWeights)
  if (compared.logProbabilities) {
    const counted = perClass(compared.weightedTruth)
    return ratioOfSums(neg(mul(counted, compared.logProbabilities)), counted)
  }
  const { logits, truth, weight } = compared
  const counted = perClass(broadcastTo(weight, truth.shape))
  return ratioOfSums(mul(counted, sub(softplus(logits), mul(truth, logits))), counted)
}

/** Cross entropy times (1 - p_t)^gamma, p_t the probability of what is true (Lin et al. 2017, arXiv:1708.02002, eq. 5). */
export function focal(compared: Comparison, gamma: number, classWeights: readonly number[] | null): Value {
  const perClass = weighter(classWeights)
  // The power of an exact 0 has no gradient for gamma below 1.
  const modulate = (p: Value) => pow(clip(p, 1e-6, 1), scalar(gamma))
  const { logits, logProbabilities, probabilities, truth, weight, weightedTruth } = compared
  const wrong = sub(scalar(1), probabilities)
  if (logProbabilities) {
    const counted = perClass(weightedTruth)
    return ratioOfSums(neg(mul(mul(counted, modulate(wrong)), logProbabilities)), counted)
  }
  const counted = perClass(broadcastTo(weight, truth.shape))
  const present = mul(mul(truth, modulate(wrong)), softplus(neg(logits)))
  const absent = mul(mul(sub(scalar(1), truth), modulate(probabilities)), softplus(logits))
  return ratioOfSums(mul(counted, add(present, absent)), counted)
}

const weighter = (classWeights: readonly number[] | null) => (x: Value) =>
  classWeights ? timesPerChannel(x, constant(Float32Array.from(classWeights), [classWeights.length])) : x
