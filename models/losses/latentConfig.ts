// What autoencoders and variational autoencoders are trained for, besides the reconstruction.
import { z } from 'zod'

const weight = z.number().min(0).max(1e9)

/**
 * Loss of an autoencoder: squared error summed per sample, averaged over the batch, plus penalties.
 */
export const autoencoderLossSchema = z.strictObject({
  reconstruction: z.enum(['squaredError', 'crossEntropy']).default('squaredError'),
  /** lambda of lambda * sum |a_i| over the code's units (Ng 2011; Olshausen & Field 1996). */
  activationL1: weight.default(0),
  /** lambda of lambda * sum |w| over the weights. */
  weightL1: weight.default(0),
  /** KL of the units' mean activation to a target rate (Ng, CS294A, "Sparse autoencoder"); for code activations in 0..1. */
  rate: z
    .strictObject({ target: z.number().gt(0).lt(1).default(0.05), weight: weight })
    .nullable()
    .default(null),
  /** Denoising: the encoder sees a corrupted image, the error is taken against the clean one (Vincent et al. 2008). */
  corruption: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('gaussian'), std: z.number().positive().max(1e6) }),
      /** Each element is 0 with this probability. */
      z.strictObject({ kind: z.literal('mask'), share: z.number().gt(0).lt(1) }),
    ])
    .nullable()
    .default(null),
})
export type AutoencoderLossConfig = z.infer<typeof autoencoderLossSchema>

/** Loss of a VAE: reconstruction summed per sample + beta * KL, averaged over the batch. */
export const vaeLossSchema = z.strictObject({
  /** Weight of the KL (Higgins et al. 2017). */
  beta: weight.default(1),
  /** Steps over which beta grows linearly from 0. */
  warmupSteps: z.int().min(0).max(16_000_000).default(0),
  /** Nats per latent dimension that cost nothing (Kingma et al. 2016, arXiv:1606.04934, appendix C.8). */
  freeBits: weight.default(0),
})
export type VaeLossConfig = z.infer<typeof vaeLossSchema>
