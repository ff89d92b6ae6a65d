// Kullback-Leibler divergence of a Gaussian from N(0, I), per sample and per unit.
import { scalar, type Value } from '../ir'
import { add, exp, mul, reduceSum, sub } from '../ops'

/**
 * [N, d]: 1/2 (mu^2 + var - 1 - log var), whose sum over units is the divergence of a diagonal Gaussian
 * (Kingma & Welling 2013, appendix B).
 */
export function klPerUnit(mean: Value, logVariance: Value): Value {
  const spread = sub(exp(logVariance), add(logVariance, scalar(1)))
  return mul(add(mul(mean, mean), spread), scalar(0.5))
}

/**
 * [N]: 1/2 (tr(L L^T) + mu^T mu - d - 2 sum log L_ii) of N(mu, L L^T).
 * @param factor the lower triangle of L, row by row [N, d (d + 1) / 2]
 * @param logDiagonal log of its diagonal, elsewhere 0; as `factor`
 */
export function klFull(mean: Value, factor: Value, logDiagonal: Value): Value {
  const sum = (x: Value) => reduceSum(x, { axes: [1] })
  const trace = sum(mul(factor, factor))
  const distance = sum(mul(mean, mean))
  const logDeterminant = mul(sum(logDiagonal), scalar(2))
  return mul(sub(add(trace, distance), add(logDeterminant, scalar(mean.shape[1] as number))), scalar(0.5))
}
