// The variational autoencoder: posterior of an image, reparameterised sample, decoder.
import { constant, inScope, scalar, type Value } from '../ir'
import { add, clip, exp, gather, matmul, mul, reshape } from '../ops'
import { activate } from '../layers/activation'
import type { Context } from '../layers/context'
import { dense } from '../layers/dense'
import { product } from '../layers/shape'
import { checkSample, decoded, type Decoded } from './autoencoder'
import { decodeConvolutional, encodeConvolutional, type ConvolutionalStack } from './convolutionalStack'
import { columnIndices, diagonalMask, rowSums, triangleSize } from './triangle'
import type { VaeConfig } from './vaeConfig'

/** Bounds of a log variance: exp stays within float32 and gradients stay alive near both ends. */
export const LOG_VARIANCE = { min: -30, max: 20 } as const

/** A Gaussian over the latent space for each image. */
export type Posterior =
  | { readonly covariance: 'diagonal'; readonly mean: Value; /** [N, d] */ readonly logVariance: Value }
  | {
      readonly covariance: 'full'
      readonly mean: Value
      /** Lower triangular factor L of the covariance L L^T, row-major [N, d (d + 1) / 2]. */
      readonly factor: Value
      /** log of the factor's diagonal, elsewhere 0; as `factor`. */
      readonly logDiagonal: Value
    }

export interface Vae {
  /** [N, ...shape] to the posterior over [N, latent]. */
  readonly encode: (image: Value) => Posterior
  /** Latent points [N, latent] to [N, ...shape]. */
  readonly decode: (latent: Value) => Decoded
}

/**
 * Encoder and decoder of a variational autoencoder (Kingma & Welling 2014, arXiv:1312.6114); `sample` draws between them.
 * @throws ModelError shape-mismatch, naming the layer, for images of another shape than the config's.
 */
export function vae(config: VaeConfig, context: Context): Vae {
  const body =
    config.network.kind === 'dense'
      ? denseBody(config, config.network.widths, context)
      : convolutionalBody(config, config.network, context)
  return {
    encode(image) {
      checkSample(config.shape, image)
      const features = inScope('encoder', () => body.encode(image))
      const linearLayer = (name: string, units: number) =>
        inScope(`encoder.${name}`, () => dense(context, features, units))
      const mean = linearLayer('mean', config.latent)
      return config.covariance === 'diagonal'
        ? diagonalPosterior(mean, linearLayer('logVariance', config.latent))
        : fullPosterior(mean, linearLayer('factor', triangleSize(config.latent)))
    },
    decode: latent =>
      decoded(
        inScope('decoder', () => body.decode(latent)),
        config.outputActivation,
      ),
  }
}

/** @param raw [N, d], any numbers: the log variance before its bounds. */
export const diagonalPosterior = (mean: Value, raw: Value): Posterior => ({
  covariance: 'diagonal',
  mean,
  logVariance: clip(raw, LOG_VARIANCE.min, LOG_VARIANCE.max),
})

/** @param raw [N, d (d + 1) / 2], any numbers: the factor row by row, its diagonal as logarithm. */
export function fullPosterior(mean: Value, raw: Value): Posterior {
  const size = mean.shape[1] as number
  const mask = diagonalMask(size)
  const onDiagonal = constant(mask, [1, mask.length])
  const offDiagonal = constant(
    mask.map(value => 1 - value),
    [1, mask.length],
  )
  // Masked before exp: an overflow off the diagonal would turn the gradient into NaN.
  const logDiagonal = clip(mul(raw, onDiagonal), LOG_VARIANCE.min / 2, LOG_VARIANCE.max / 2)
  const factor = add(mul(exp(logDiagonal), onDiagonal), mul(raw, offDiagonal))
  return { covariance: 'full', mean, factor, logDiagonal }
}

/** mean + L noise, standard normal noise [N, d] (Kingma & Welling 2013, section 2.4). */
export function sample(posterior: Posterior, noise: Value): Value {
  if (posterior.covariance === 'diagonal')
    return add(posterior.mean, mul(exp(mul(posterior.logVariance, scalar(0.5))), noise))
  const size = posterior.mean.shape[1] as number
  // Row i of L times the noise: each entry of row i with the noise of its column, summed over the row.
  const columns = gather(noise, constant(columnIndices(size), [triangleSize(size)]), 1)
  return add(
    posterior.mean,
    matmul(mul(posterior.factor, columns), constant(rowSums(size), [triangleSize(size), size])),
  )
}

interface Body {
  readonly encode: (image: Value) => Value
  readonly decode: (latent: Value) => Value
}

function denseBody({ shape, activation }: VaeConfig, widths: readonly number[], context: Context): Body {
  const hidden = (x: Value, units: number, layer: number) =>
    inScope(`${layer}`, () => activate(activation, dense(context, x, units, { before: activation })))
  return {
    encode: image => widths.reduce(hidden, reshape(image, [image.shape[0]!, product(shape)])),
    decode: latent => {
      const features = [...widths].reverse().reduce(hidden, latent)
      const flat = inScope('output', () => dense(context, features, product(shape)))
      return reshape(flat, [latent.shape[0]!, ...shape])
    },
  }
}

function convolutionalBody(
  config: VaeConfig,
  network: Omit<ConvolutionalStack, 'shape' | 'activation'>,
  context: Context,
): Body {
  const stack = { ...network, shape: config.shape, activation: config.activation }
  return {
    encode: image => encodeConvolutional(stack, context, image),
    decode: latent => decodeConvolutional(stack, context, latent),
  }
}
