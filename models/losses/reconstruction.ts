// How far a reconstruction is from its image: one number per sample, summed over its elements.
import type { Value } from '../ir'
import { mul, reduceSum, softplus, sub } from '../ops'

const perSample = (x: Value): Value => reduceSum(x, { axes: x.shape.map((_, axis) => axis).slice(1) })

/** [N]: sum of squared differences. */
export function squaredErrors(output: Value, image: Value): Value {
  const difference = sub(output, image)
  return perSample(mul(difference, difference))
}

/** [N]: -sum of t log p + (1 - t) log(1 - p), in nats, from logits; t in 0..1 may be grey. */
export const bernoulliErrors = (logits: Value, image: Value): Value =>
  perSample(sub(softplus(logits), mul(image, logits)))
