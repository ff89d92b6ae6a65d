// The fully connected layer, with masked connections or unit-length columns where asked.
import type { Value } from '../ir'
import { linear, mul } from '../ops'
import { weightInitial, type Activation } from './activation'
import type { Context } from './context'
import { ZEROS, keptPerRow } from './initial'
import { channelsOf } from './shape'

export interface DenseOptions {
  readonly before?: Activation
  /** Share of its inputs that each unit is connected to. Below 1 a 0/1 `mask` is drawn once and stays. */
  readonly connections?: number
}

/** x W^T + b: [N, inputs] to [N, units]. Declares `weight` [units, inputs], `bias` [units] and perhaps `mask`. */
export function dense(context: Context, x: Value, units: number, options: DenseOptions = {}): Value {
  const weight = denseWeight(context, channelsOf(x), units, options)
  return linear(x, weight, denseBias(context, units))
}

/** [units], starts at 0. */
export const denseBias = (context: Context, units: number): Value => context.parameter('bias', [units], ZEROS)

/** The weight alone, [units, inputs], masked where asked. */
export function denseWeight(context: Context, inputs: number, units: number, options: DenseOptions = {}): Value {
  const { before = 'identity', connections = 1 } = options
  const masked = connections < 1
  const fanIn = masked ? keptPerRow(inputs, connections) : inputs
  const weight = context.parameter('weight', [units, inputs], weightInitial(before, fanIn, units), true)
  return masked ? mul(weight, context.statistic('mask', [units, inputs], { kind: 'mask', keep: connections })) : weight
}
