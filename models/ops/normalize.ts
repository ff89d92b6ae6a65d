// Normalisations, composed of other operators: instance, group, layer and batch.
import { broadcastTo, reshape } from './shape'
import { add, div, mul, sub } from './elementwise'
import { reduceMean } from './reduce'
import { scalar, type Shape, type Value } from '../ir'
import { sqrt } from './unary'
import { ModelError } from '../errors'

/** [channels] as [1, channels, ...1], to broadcast over [batch, channels, ...space]. */
const perChannel = (parameter: Value, rank: number): Value =>
  reshape(parameter, [1, parameter.shape[0]!, ...Array.from({ length: rank - 2 }, () => 1)])

const spaceOf = (x: Value): readonly number[] => x.shape.map((_, i) => i).slice(2)

/** (x - mean) / sqrt(variance + epsilon), with the biased variance. */
function standardize(x: Value, axes: readonly number[], epsilon: number): { y: Value; mean: Value; variance: Value } {
  const mean = reduceMean(x, { axes, keepDims: true })
  const centred = sub(x, mean)
  const variance = reduceMean(mul(centred, centred), { axes, keepDims: true })
  return { y: div(centred, sqrt(add(variance, scalar(epsilon)))), mean, variance }
}

const affine = (x: Value, scale: Value, bias: Value): Value =>
  add(mul(x, perChannel(scale, x.rank)), perChannel(bias, x.rank))

/**
 * Instance normalisation (Ulyanov et al. 2016): every channel of every image by its own mean and variance over space.
 * @param x [batch, channels, ...space]
 * @param scale and bias [channels]
 */
export const instanceNorm = (x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value =>
  affine(standardize(x, spaceOf(x), epsilon).y, scale, bias)

/**
 * Group normalisation (Wu and He 2018, equations 1 to 7): mean and variance over space and the channels of a group.
 * The mean of a group is the mean of its channels' means, so only small tensors are regrouped and sizes of space may be symbolic.
 * @param x [batch, channels, ...space]
 * @param scale and bias [channels]
 */
export function groupNorm(x: Value, groups: number, scale: Value, bias: Value, epsilon = 1e-5): Value {
  const [batch, channels] = x.shape
  if (typeof channels !== 'number' || channels % groups !== 0)
    throw new ModelError(
      'config-invalid',
      `Group normalisation: ${channels} channels do not divide into ${groups} groups.`,
      { channels, groups },
    )
  const grouped: Shape = [batch!, groups, channels / groups]
  const overGroup = (value: Value): Value =>
    reduceMean(reshape(reduceMean(value, { axes: spaceOf(x), keepDims: true }), grouped), { axes: [2], keepDims: true })
  const spread = (value: Value): Value =>
    reshape(broadcastTo(value, grouped), [batch!, channels, ...spaceOf(x).map(() => 1)])
  const centred = sub(x, spread(overGroup(x)))
  const variance = spread(overGroup(mul(centred, centred)))
  return affine(div(centred, sqrt(add(variance, scalar(epsilon)))), scale, bias)
}

/**
 * Layer normalisation (Ba et al. 2016, equation 4) over the trailing axes that scale and bias span.
 * @param x [..., ...normalised]
 * @param scale and bias [...normalised]
 */
export function layerNorm(x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
  const axes = scale.shape.map((_, i) => x.rank - scale.rank + i)
  return add(mul(standardize(x, axes, epsilon).y, scale), bias)
}

/**
 * Batch normalisation while training (Ioffe and Szegedy 2015, algorithm 1): mean and biased variance over batch and space.
 * @returns y, and the batch's mean and variance [channels] for the running averages.
 */
export function batchNorm(
  x: Value,
  scale: Value,
  bias: Value,
  epsilon = 1e-5,
): { readonly y: Value; readonly mean: Value; readonly variance: Value } {
  const { y, mean, variance } = standardize(x, [0, ...spaceOf(x)], epsilon)
  const channels: Shape = [x.shape[1]!]
  return { y: affine(y, scale, bias), mean: reshape(mean, channels), variance: reshape(variance, channels) }
}

/** Batch normalisation when not training: by given mean and variance [channels]. */
export const batchNormInference = (
  x: Value,
  scale: Value,
  bias: Value,
  mean: Value,
  variance: Value,
  epsilon = 1e-5,
): Value =>
  affine(div(sub(x, perChannel(mean, x.rank)), sqrt(add(perChannel(variance, x.rank), scalar(epsilon)))), scale, bias)
