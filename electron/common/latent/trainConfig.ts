// Config of the trainings that learn codes of images: autoencoder, VAE, layerwise stack, and a classifier on an encoder (DESIGN §5).
import { z } from 'zod'
import { imageSourceSchema, scaleSchema } from './imageSource'

export const LATENT_TASKS = ['autoencoder', 'vae', 'layerwise', 'classifier'] as const

const part = z.record(z.string(), z.unknown())

export const latentTrainConfigSchema = z.object({
  task: z.enum(LATENT_TASKS),
  name: z.string().default(''),
  dataset: imageSourceSchema,
  /** Images that judge every epoch; null: patients (or, where none are named, images) of `dataset` are held out. */
  validation: imageSourceSchema.nullable().default(null),
  split: z
    .object({
      validationFraction: z.number().gt(0).lt(1).default(0.1),
      seed: z.number().int().default(0),
      /** `within-study`: a block of slices of each volume, with a gap to the others; its figures say "same scan, not generalisation". Absent: by patient. */
      mode: z.enum(['patient', 'within-study']).optional(),
    })
    .prefault({}),
  /** Raw values that become 0 and 1; null: 0 and 255 for bytes, else the range of the training images. Stored in the model. */
  scale: scaleSchema.nullable().default(null),
  /** The architecture's own schema (models/architectures) without `shape` and `dataRange`, which the data say. */
  model: part.default({}),
  loss: part.default({}),
  optimizer: part.default({}),
  /** How weights start: as their activation asks for (He, Glorot), or uniform in +-1 / sqrt(inputs), biases too, as PyTorch's layers do. */
  initial: z.enum(['activation', 'inputs']).default('activation'),
  /** A code with at least as many units as an image has values is refused unless this says that it is meant (sparse codes, identity). */
  overcomplete: z.boolean().default(false),
  /** `layerwise`: each layer first, on the codes of the one before; then `epochs` of the whole stack. */
  layerwise: z
    .object({
      epochs: z.number().int().positive().default(10),
      optimizer: part.default({}),
      loss: part.default({}),
    })
    .prefault({}),
  /** `classifier`: one more layer on the code, trained on the labels of the images. */
  classifier: z
    .object({
      /** Folder of the run whose encoder is taken, relative to this run's own; null: `model` describes one that starts at random. */
      encoder: z.string().nullable().default(null),
      /** Kind of encoder that `model` describes. */
      architecture: z.enum(['autoencoder', 'vae']).default('autoencoder'),
      /** Only the new layer learns. */
      frozen: z.boolean().default(false),
      /** Every class counts the same, however many images it has. */
      balanced: z.boolean().default(true),
      /** At most so many images of each class are learnt from, drawn from the seed; null: all. What is held out judges whole. */
      perClass: z.number().int().positive().nullable().default(null),
    })
    .prefault({}),
  epochs: z.number().int().positive().default(20),
  batch: z.number().int().positive().default(128),
  seed: z.number().int().default(0),
  maxSeconds: z.number().positive().nullable().default(null),
  patience: z.number().int().positive().nullable().default(null),
  provider: z.string().default('auto'),
  threads: z.number().int().positive().nullable().default(null),
})
export type LatentTrainConfig = z.infer<typeof latentTrainConfigSchema>
export type LatentTrainConfigInput = z.input<typeof latentTrainConfigSchema>
