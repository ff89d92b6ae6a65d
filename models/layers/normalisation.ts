// Normalisation layers, one entry for every kind.
import { ModelError } from '../errors'
import { currentScope, scalar, type Value } from '../ir'
import { add, batchNorm, batchNormInference, groupNorm, instanceNorm, layerNorm, mul } from '../ops'
import type { Context } from './context'
import { ONES, ZEROS } from './initial'
import { channelsOf, product } from './shape'

export const NORMALISATIONS = ['none', 'batch', 'instance', 'group', 'layer'] as const
export type Normalisation = (typeof NORMALISATIONS)[number]

/** Share of the new batch in the running mean and variance, as PyTorch's default. */
const MOMENTUM = 0.1

/**
 * Normalises [N, C, ...space], then scales and shifts by the learnt `weight` and `bias` [C].
 * `layer` is over all channels and positions of a sample (group normalisation with one group).
 */
export function normalise(context: Context, kind: Normalisation, x: Value, groups: number): Value {
  if (kind === 'none') return x
  const channels = channelsOf(x)
  if (kind === 'instance' && product(x.shape.slice(2).map(size => (typeof size === 'number' ? size : 2))) === 1)
    throw new ModelError(
      'config-invalid',
      `${currentScope()}: instance normalisation of a single position gives zero. Use fewer levels, a larger input or group normalisation.`,
      {
        layer: currentScope(),
      },
    )
  const weight = context.parameter('weight', [channels], ONES)
  const bias = context.parameter('bias', [channels], ZEROS)
  switch (kind) {
    case 'instance':
      return instanceNorm(x, weight, bias)
    case 'group':
      return groupNorm(x, greatestCommonDivisor(channels, groups), weight, bias)
    case 'layer':
      return x.rank === 2 ? layerNorm(x, weight, bias) : groupNorm(x, 1, weight, bias)
    case 'batch':
      return batchNormalise(context, x, weight, bias)
  }
}

function batchNormalise(context: Context, x: Value, weight: Value, bias: Value): Value {
  const channels = channelsOf(x)
  const mean = context.statistic('runningMean', [channels], ZEROS)
  const variance = context.statistic('runningVariance', [channels], ONES)
  if (!context.training) return batchNormInference(x, weight, bias, mean, variance)
  const batch = batchNorm(x, weight, bias)
  const count = product(x.shape.filter((_, axis) => axis !== 1) as number[])
  const moved = (running: Value, measured: Value, factor: number) =>
    add(mul(running, scalar(1 - MOMENTUM)), mul(measured, scalar(MOMENTUM * factor)))
  context.renew('runningMean', moved(mean, batch.mean, 1))
  // The running variance is the unbiased one.
  context.renew('runningVariance', moved(variance, batch.variance, count / Math.max(1, count - 1)))
  return batch.y
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))
