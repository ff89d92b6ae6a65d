// The variational autoencoder's configuration.
import { z } from 'zod'
import { unreachableRange, dataRangeSchema, sampleShapeSchema } from './autoencoderConfig'
import { activationSchema, countSchema, normalisationSchema } from './choices'

const networkSchema = z.discriminatedUnion('kind', [
  /** Hidden layers of the encoder; the decoder mirrors them. */
  z.strictObject({ kind: z.literal('dense'), widths: z.array(countSchema).min(1).max(16).default([400]) }),
  /** Convolutional stages that halve the resolution `depth` times, channels doubling from `width`. */
  z.strictObject({
    kind: z.literal('convolutional'),
    width: countSchema.default(16),
    depth: z.int().min(1).max(8).default(2),
    /** Convolutions per stage; the first one halves the resolution. */
    convolutions: z.int().min(1).max(8).default(1),
    /** Units of a dense layer between the stages and the code, in encoder and decoder; null: none. */
    hidden: countSchema.nullable().default(null),
    normalisation: normalisationSchema.default('none'),
  }),
])

/** Units of a code with full covariance: the graph's own constants grow with their third power (34 MB at 256). */
const FULL_LATENT = 256

/** VAE of Kingma & Welling 2013 (arXiv:1312.6114), with a diagonal or a full posterior covariance. */
export const vaeConfigSchema = z
  .strictObject({
    /** Shape of one sample without the batch: [channels, height, width], [channels, depth, height, width] or [features]. */
    shape: sampleShapeSchema,
    latent: countSchema.default(20),
    network: networkSchema.default({ kind: 'dense', widths: [400] }),
    activation: activationSchema.default('relu'),
    /** `full` has the encoder give a Cholesky factor of the covariance. */
    covariance: z.enum(['diagonal', 'full']).default('diagonal'),
    /** `gaussian`: squared error summed per image. `bernoulli`: cross entropy of values in 0..1, summed per image. */
    likelihood: z.enum(['gaussian', 'bernoulli']).default('gaussian'),
    outputActivation: activationSchema.default('sigmoid'),
    dataRange: dataRangeSchema.default([0, 1]),
  })
  .check(context => {
    const { likelihood, outputActivation, dataRange, network, shape, covariance, latent } = context.value
    const refuse = (path: string, input: unknown, message: string) =>
      context.issues.push({ code: 'custom', input, path: [path], message })
    const unreachable = unreachableRange(outputActivation, dataRange)
    if (unreachable !== null) refuse('outputActivation', outputActivation, unreachable)
    if (likelihood === 'bernoulli' && (outputActivation !== 'sigmoid' || dataRange[0] < 0 || dataRange[1] > 1))
      refuse(
        'likelihood',
        likelihood,
        'A Bernoulli likelihood needs data in 0..1 and outputActivation "sigmoid". Scale the data or use "gaussian".',
      )
    if (covariance === 'full' && latent > FULL_LATENT)
      refuse(
        'latent',
        latent,
        `A full covariance of ${latent} units has ${(latent * (latent + 1)) / 2} numbers for each image. Choose at most ${FULL_LATENT} units, or covariance "diagonal".`,
      )
    if (network.kind === 'convolutional' && shape.length < 3)
      refuse(
        'shape',
        shape,
        'A convolutional network needs a shape of [channels, height, width] or [channels, depth, height, width].',
      )
  })

export type VaeConfig = z.infer<typeof vaeConfigSchema>
export type VaeConfigInput = z.input<typeof vaeConfigSchema>
