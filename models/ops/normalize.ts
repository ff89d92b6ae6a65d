// Normalisations, composed of other operators: instance, group, layer and batch.
import { ModelError } from '../errors'
import { isStatic, scalar, type Shape, type Value } from '../ir'
import { add, mul, sub } from './elementwise'
import { countOver, reduceMean, reduceSumSquare } from './reduce'
import { broadcastTo, reshape } from './shape'
import { reciprocal, sqrt } from './unary'

/** [channels] as [1, channels, ...1], to broadcast over [batch, channels, ...space]. */
const perChannel = (parameter: Value, rank: number): Value =>
  reshape(parameter, [1, parameter.shape[0]!, ...Array.from({ length: rank - 2 }, () => 1)])

const spaceOf = (x: Value): readonly number[] => x.shape.map((_, i) => i).slice(2)

/** x - mean, and the mean and biased variance, over axes that stay as size 1. */
function centre(x: Value, axes: readonly number[]): { centred: Value; mean: Value; variance: Value } {
  const mean = reduceMean(x, { axes, keepDims: true })
  const centred = sub(x, mean)
  return { centred, mean, variance: meanSquare(centred, axes) }
}

function meanSquare(x: Value, axes: readonly number[]): Value {
  const { shape } = x
  // How many elements an unknown size stands for only the runtime knows.
  if (!isStatic(shape)) return reduceMean(mul(x, x), { axes, keepDims: true })
  return mul(reduceSumSquare(x, { axes, keepDims: true }), scalar(1 / countOver(shape, axes)))
}

/** 1 / sqrt(variance + epsilon) */
const inverseDeviation = (variance: Value, epsilon: number): Value => reciprocal(sqrt(add(variance, scalar(epsilon))))

/**
 * centred scale / sqrt(variance + epsilon) + bias. The factors of a channel are multiplied first: they are small, the image is
 * not, and every pass over it costs.
 */
const scaled = (centred: Value, inverse: Value, scale: Value, bias: Value): Value =>
  add(mul(centred, mul(inverse, perChannel(scale, centred.rank))), perChannel(bias, centred.rank))

/**
 * Instance normalisation (Ulyanov et al. 2016): every channel of every image by its own mean and variance over space.
 * @param x [batch, channels, ...space]
 * @param scale and bias [channels]
 */
export function instanceNorm(x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
  const { centred, variance } = centre(x, spaceOf(x))
  return scaled(centred, inverseDeviation(variance, epsilon), scale, bias)
}

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
  const columns: Shape = [batch!, channels, ...spaceOf(x).map(() => 1)]
  // A statistic of each channel, averaged over its group and given back to each channel.
  const overGroup = (statistic: Value): Value =>
    reshape(broadcastTo(reduceMean(reshape(statistic, grouped), { axes: [2], keepDims: true }), grouped), columns)
  const centred = sub(x, overGroup(reduceMean(x, { axes: spaceOf(x), keepDims: true })))
  const variance = overGroup(meanSquare(centred, spaceOf(x)))
  return scaled(centred, inverseDeviation(variance, epsilon), scale, bias)
}

/**
 * Layer normalisation (Ba et al. 2016, equation 4) over the trailing axes that scale and bias span.
 * @param x [..., ...normalised]
 * @param scale and bias [...normalised]
 */
export function layerNorm(x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
  const { centred, variance } = centre(
    x,
    scale.shape.map((_, i) => x.rank - scale.rank + i),
  )
  return add(mul(mul(centred, inverseDeviation(variance, epsilon)), scale), bias)
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
  const { centred, mean, variance } = centre(x, [0, ...spaceOf(x)])
  const channels: Shape = [x.shape[1]!]
  const y = scaled(centred, inverseDeviation(variance, epsilon), scale, bias)
  return { y, mean: reshape(mean, channels), variance: reshape(variance, channels) }
}

/** Batch normalisation when not training: by given mean and variance [channels]. */
export function batchNormInference(
  x: Value,
  scale: Value,
  bias: Value,
  mean: Value,
  variance: Value,
  epsilon = 1e-5,
): Value {
  const factor = mul(scale, inverseDeviation(variance, epsilon))
  return add(mul(x, perChannel(factor, x.rank)), perChannel(sub(bias, mul(mean, factor)), x.rank))
}
