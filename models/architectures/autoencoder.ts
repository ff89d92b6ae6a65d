// The autoencoder: an encoder and a decoder over one set of parameters, dense or convolutional.
import { ModelError } from '../errors'
import { atScope, inScope, scalar, showShape, type Dim, type Value } from '../ir'
import { add, div, gemm, linear, mul, reduceSum, reshape, sqrt } from '../ops'
import { activate, type Activation } from '../layers/activation'
import type { Context } from '../layers/context'
import { dense, denseBias, denseWeight } from '../layers/dense'
import { isPruned, layerShares, stackSizes } from './connections'
import type { AutoencoderConfig, ConvolutionalAutoencoderConfig, DenseAutoencoderConfig } from './autoencoderConfig'
import { decodeConvolutional, encodeConvolutional } from './convolutionalStack'

export interface Decoded {
  /** [N, ...shape] before the output activation: logits where it is a sigmoid. */
  readonly beforeActivation: Value
  readonly output: Value
}

/** Parameters are declared when a half is first used, so an encoder or a decoder alone holds only its own. */
export interface Autoencoder {
  /** [N, ...shape] to codes [N, units]. */
  readonly encode: (image: Value) => Value
  /** Codes [N, units] to [N, ...shape]. */
  readonly decode: (code: Value) => Decoded
}

/**
 * y = g(W0 x + b0), z = g(W1 y + b1), of any depth, or the convolutional form (Rumelhart, Hinton & Williams 1986; Vincent et al. 2010 for
 * denoising and stacks, whose noise and stages the programs add).
 * @throws ModelError shape-mismatch, naming the layer, for images or codes of another shape than the config's.
 */
export const autoencoder = (config: AutoencoderConfig, context: Context): Autoencoder =>
  config.kind === 'dense' ? denseAutoencoder(config, context) : convolutionalAutoencoder(config, context)

/** Units of the code. */
export const codeUnits = (config: AutoencoderConfig): number =>
  config.kind === 'dense' ? config.widths.at(-1)! : config.code

function denseAutoencoder(config: DenseAutoencoderConfig, context: Context): Autoencoder {
  const sizes = stackSizes(config)
  const layers = config.widths.length
  const shares = layerShares(sizes, config.connections)
  const pruned = isPruned(config)
  const options = (layer: number, before: Activation) => ({ before, connections: shares[layer]!, pruned })
  const activationAfter = (layer: number) => (layer === layers - 1 ? config.codeActivation : config.activation)

  const weights: (Value | undefined)[] = []
  const encoderWeight = (layer: number) =>
    (weights[layer] ??= atScope(`encoder.${layer}`, () =>
      denseWeight(context, sizes[layer]!, sizes[layer + 1]!, options(layer, activationAfter(layer))),
    ))

  const decodeLayer = (layer: number, x: Value, before: Activation) => {
    const [units, inputs] = [sizes[layer]!, sizes[layer + 1]!]
    // A tied layer is the encoder's of the same place, read backwards: x W instead of x W^T.
    if (config.tied) return gemm(x, encoderWeight(layer), denseBias(context, units))
    const weight = denseWeight(context, inputs, units, options(layer, before))
    return linear(x, config.unitNormDecoder ? unitColumns(weight) : weight, denseBias(context, units))
  }

  return {
    encode(image) {
      checkSample(config.shape, image)
      let x = reshape(image, [image.shape[0]!, sizes[0]!])
      for (let layer = 0; layer < layers; layer += 1) {
        const weight = encoderWeight(layer)
        x = inScope(`encoder.${layer}`, () =>
          activate(activationAfter(layer), linear(x, weight, denseBias(context, sizes[layer + 1]!))),
        )
      }
      return x
    },
    decode(code) {
      let x = code
      for (let layer = layers - 1; layer > 0; layer -= 1)
        x = inScope(`decoder.${layer}`, () => activate(config.activation, decodeLayer(layer, x, config.activation)))
      const flat = inScope('decoder.0', () => decodeLayer(0, x, config.outputActivation))
      return decoded(reshape(flat, [code.shape[0]!, ...config.shape]), config.outputActivation)
    },
  }
}

function convolutionalAutoencoder(config: ConvolutionalAutoencoderConfig, context: Context): Autoencoder {
  return {
    encode(image) {
      checkSample(config.shape, image)
      return inScope('encoder', () => {
        const features = encodeConvolutional(config, context, image)
        return inScope('code', () =>
          activate(config.codeActivation, dense(context, features, config.code, { before: config.codeActivation })),
        )
      })
    },
    decode: code =>
      decoded(
        inScope('decoder', () => decodeConvolutional(config, context, code)),
        config.outputActivation,
      ),
  }
}

/** @param beforeActivation [N, ...shape] */
export const decoded = (beforeActivation: Value, activation: Activation): Decoded => ({
  beforeActivation,
  output: activate(activation, beforeActivation),
})

/** Columns of [units, inputs] at length 1: what one code unit adds to the output. */
function unitColumns(weight: Value): Value {
  const squares = reduceSum(mul(weight, weight), { axes: [0], keepDims: true })
  return div(weight, sqrt(add(squares, scalar(1e-12))))
}

/** @throws ModelError shape-mismatch when an image has another shape than the configuration says. */
export function checkSample(shape: readonly number[], image: Value): void {
  const sample: readonly Dim[] = image.shape.slice(1)
  if (sample.length !== shape.length || sample.some((size, i) => size !== shape[i]))
    throw new ModelError(
      'shape-mismatch',
      `Encoder input: the configuration says ${showShape(shape)} per sample, the data has ${showShape(sample)}.`,
      {
        layer: 'encoder.0',
        shape: image.shape,
      },
    )
}
