// Means that count each voxel as often as its weight says, finite where nothing counts.
import { scalar, type Value } from '../ir'
import { div, max, mul, reduceSum, reshape, unsqueeze } from '../ops'

/** Below this total weight a mean is 0 instead of a division by zero. */
const SMALLEST_TOTAL = 1e-6

/** sum(values) / sum(weights); 0 when all weights are 0. `values` already carry their weights. */
export const ratioOfSums = (values: Value, weights: Value): Value =>
  div(reduceSum(values), max(reduceSum(weights), scalar(SMALLEST_TOTAL)))

/** A weight map [N, ...space] as [N, 1, ...space], ready to broadcast over channels. */
export const overChannels = (weight: Value): Value => unsqueeze(weight, [1])

/** Sum over batch and space, one number per channel: [N, C, ...space] to [C]. */
export const sumPerChannel = (x: Value): Value =>
  reduceSum(x, { axes: x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])) })

/** Scales channels by constants: [N, C, ...space] times [C]. */
export const timesPerChannel = (x: Value, factors: Value): Value =>
  mul(x, reshape(factors, [1, factors.shape[0]!, ...x.shape.slice(2).map(() => 1)]))
