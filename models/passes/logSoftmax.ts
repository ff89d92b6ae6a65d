// Log-softmax from reductions, for providers whose own is missing or slow.
import type { Node, Value } from '../ir'
import * as ops from '../ops'

/** x - max - log(sum(e^(x - max))) */
export function composedLogSoftmax({ inputs: [x], attributes }: Node): Value {
  const along = { axes: [attributes.axis as number], keepDims: true }
  const shifted = ops.sub(x!, ops.reduceMax(x!, along))
  return ops.sub(shifted, ops.log(ops.reduceSum(ops.exp(shifted), along)))
}
