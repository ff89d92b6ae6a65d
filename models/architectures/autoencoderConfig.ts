// The autoencoder's configuration: dense (any widths and depth) or convolutional, and the check that its output can reach the data.
import { z } from 'zod'
import type { Activation } from '../layers/activation'
import { activationSchema, countSchema, normalisationSchema } from './choices'

/**
 * Shape of one sample without the batch: [channels, height, width], [channels, depth, height, width], or [features] for
 * vectors such as the codes of an earlier layer.
 */
export const sampleShapeSchema = z.array(countSchema).min(1).max(4)

/** Interval that holds the data's values, both ends included. */
export const dataRangeSchema = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'The low end must be below the high end.')

const shared = {
  activation: activationSchema.default('relu'),
  outputActivation: activationSchema.default('sigmoid'),
  dataRange: dataRangeSchema.default([0, 1]),
}

/** y = g(W0 x + b0), z = g(W1 y + b1), for any number of layers. */
export const denseAutoencoderSchema = z.strictObject({
  kind: z.literal('dense'),
  shape: sampleShapeSchema,
  /** Units of each encoder layer, code last; the decoder mirrors them. */
  widths: z.array(countSchema).min(1).max(16),
  ...shared,
  /** g of the code layer. */
  codeActivation: activationSchema.default('identity'),
  /** The decoder's weights are the encoder's, transposed. */
  tied: z.boolean().default(false),
  /** Share of all connections that the network keeps; `layerShares` says how many of them each layer has. */
  connections: z.number().positive().max(1).default(1),
  /** Which ones: drawn once from the seed; or the strongest ones, the others being pruned while the whole is trained. */
  connectionsBy: z.enum(['draw', 'pruning']).default('draw'),
  /** Decoder columns have length 1, so that codes can't shrink below a sparsity penalty. */
  unitNormDecoder: z.boolean().default(false),
})

export const convolutionalAutoencoderSchema = z.strictObject({
  kind: z.literal('convolutional'),
  /** [channels, height, width] or [channels, depth, height, width]. */
  shape: z.array(countSchema).min(3).max(4),
  /** Channels of the first stage; each stage doubles them. */
  width: countSchema.default(16),
  /** Times the resolution is halved. */
  depth: z.int().min(1).max(8).default(2),
  /** Units of the dense code. */
  code: countSchema,
  /** Convolutions per stage; the first one halves the resolution. */
  convolutions: z.int().min(1).max(8).default(1),
  /** Units of a dense layer between the stages and the code, in encoder and decoder; null: none. */
  hidden: countSchema.nullable().default(null),
  ...shared,
  codeActivation: activationSchema.default('identity'),
  normalisation: normalisationSchema.default('none'),
})

export const autoencoderConfigSchema = z
  .discriminatedUnion('kind', [denseAutoencoderSchema, convolutionalAutoencoderSchema])
  .check(context => {
    const { outputActivation, dataRange } = context.value
    const message = unreachableRange(outputActivation, dataRange)
    if (message !== null)
      context.issues.push({ code: 'custom', input: outputActivation, path: ['outputActivation'], message })
    if (context.value.kind === 'dense' && context.value.tied && context.value.unitNormDecoder)
      context.issues.push({
        code: 'custom',
        input: true,
        path: ['unitNormDecoder'],
        message: 'Tied weights leave no decoder of its own to normalise. Set tied or unitNormDecoder to false.',
      })
  })

export type DenseAutoencoderConfig = z.infer<typeof denseAutoencoderSchema>
export type ConvolutionalAutoencoderConfig = z.infer<typeof convolutionalAutoencoderSchema>
export type AutoencoderConfig = z.infer<typeof autoencoderConfigSchema>
export type AutoencoderConfigInput = z.input<typeof autoencoderConfigSchema>

/** Values an activation can take (ends may be approached only). */
const REACH: Readonly<Record<Activation, readonly [low: number, high: number]>> = {
  identity: [-Infinity, Infinity],
  leakyRelu: [-Infinity, Infinity],
  relu: [0, Infinity],
  softplus: [0, Infinity],
  elu: [-1, Infinity],
  // Minima of x Phi(x) and of x sigmoid(x).
  gelu: [-0.17, Infinity],
  silu: [-0.278, Infinity],
  sigmoid: [0, 1],
  tanh: [-1, 1],
}

/** The interval an activation reaches, unbounded ends as float32's largest numbers: the data range of codes it made. */
export const reachOf = (activation: Activation): [number, number] => [
  Math.max(REACH[activation][0], -LARGEST),
  Math.min(REACH[activation][1], LARGEST),
]
const LARGEST = 3.4e38

/** Why an output activation can't produce the data, with the remedy; null when it can. */
export function unreachableRange(activation: Activation, [low, high]: readonly [number, number]): string | null {
  const [lowest, highest] = REACH[activation]
  if (low >= lowest && high <= highest) return null
  const fitting = (Object.keys(REACH) as Activation[]).filter(name => low >= REACH[name][0] && high <= REACH[name][1])
  return (
    `An output layer of ${activation} reaches ${lowest} to ${highest}, the data goes from ${low} to ${high}. ` +
    `Choose ${fitting.join(' or ')} as output activation, or scale the data into ${lowest} to ${highest}.`
  )
}
