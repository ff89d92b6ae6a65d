// The fully connected layer, with masked connections or unit-length columns where asked.
import type { Value } from '../ir'
import { linear, mul } from '../ops'
import { weightInitial, type Activation } from './activation'
import type { Context } from './context'
import { ZEROS, keptPerRow } from './initial'
import { channelsOf } from './shape'

export interface DenseOptions {
  readonly before?: Activation
  /** Share of its inputs that each unit is connected to. Below 1 there is a 0/1 `mask` over the weights. */
  readonly connections?: number
  /** The mask is drawn once and stays (the default), or starts with all connections, to be pruned while the network trains. */
  readonly pruned?: boolean
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
  const { before = 'identity', connections = 1, pruned = false } = options
  const shape = [units, inputs]
  if (connections === 1) return context.parameter('weight', shape, weightInitial(before, inputs, units), true)
  const atFirst = pruned ? 1 : connections
  const [fanIn, fanOut] = [keptPerRow(inputs, atFirst), keptPerRow(units, atFirst)]
  const weight = context.parameter('weight', shape, weightInitial(before, fanIn, fanOut), true)
  return mul(weight, context.statistic('mask', shape, { kind: 'mask', keep: atFirst }))
}
