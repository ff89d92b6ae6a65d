// Dropout with its randomness fed as input.
import { scalar, type Value } from '../ir'
import { cast, greaterOrEqual, mul } from '../ops'
import type { Context } from './context'
import { channelsOf } from './shape'

/**
 * Drops whole channels with probability `rate` while training and scales the rest by 1 / (1 - rate) (Srivastava et al.
 * 2014; channels: Tompson et al. 2015). Uniform noise [N, C, 1...] is an input of the program, so every provider drops the same.
 */
export function dropout(context: Context, x: Value, rate: number): Value {
  if (rate === 0 || !context.training) return x
  const shape = [x.shape[0] as number, channelsOf(x), ...x.shape.slice(2).map(() => 1)]
  const noise = context.noise('dropout', shape, 'uniform')
  const kept = cast(greaterOrEqual(noise, scalar(rate)), 'float32')
  return mul(x, mul(kept, scalar(1 / (1 - rate))))
}
