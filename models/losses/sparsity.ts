// Penalties that keep codes and weights sparse.
import { scalar, type Value } from '../ir'
import { abs, add, clip, div, log, mul, reduceMean, reduceSum, sub } from '../ops'

/** Sum of |a| over units, mean over the batch: [N, units] to a scalar. */
export const activationL1 = (code: Value): Value => reduceMean(reduceSum(abs(code), { axes: [1] }))

/** Sum of |w| over all weights. */
export const weightL1 = (weights: readonly Value[]): Value => weights.map(weight => reduceSum(abs(weight))).reduce(add)

/**
 * Sum over units of KL(target || mean activation over the batch), Bernoulli (Ng, CS294A, "Sparse autoencoder", section 2).
 * @param code [N, units] in 0..1
 */
export function rateDivergence(code: Value, target: number): Value {
  // The logarithms of a unit that is always on or always off stay finite.
  const rate = clip(reduceMean(code, { axes: [0] }), 1e-6, 1 - 1e-6)
  const on = mul(log(div(scalar(target), rate)), scalar(target))
  const off = mul(log(div(scalar(1 - target), sub(scalar(1), rate))), scalar(1 - target))
  return reduceSum(add(on, off))
}
