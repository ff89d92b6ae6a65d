// What the model files of autoencoders, VAEs and classifiers say about themselves: how images are prepared, what the code is, where it comes from.
import { z } from 'zod'
import type { ModelLabel } from '#common/ipc/compute'
import { preparationSchema, scaleSchema, type ImageSourceConfig, type Preparation } from '#common/latent/imageSource'
import { LABEL_COLORS } from '#common/project/labels'
import { provenanceSchema } from './metadata'

/** Keys of the ONNX metadata; each value is JSON. */
export const LATENT_KEYS = { latent: 'sagitta.latent', provenance: 'sagitta.provenance' } as const

export const latentFactsSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  task: z.enum(['autoencoder', 'vae', 'classifier']),
  description: z.string(),
  modality: z.string(),
  /** `model`: image to output and code (or to probabilities); `encoder`: image to code; `decoder`: code to output. */
  part: z.enum(['model', 'encoder', 'decoder']),
  /** The same in the files that belong together, another in every other training state. */
  pair: z.string(),
  /** Of one image: [channels, rows, columns]. */
  shape: z.array(z.number().int().positive()),
  units: z.number().int().positive(),
  covariance: z.enum(['diagonal', 'full']).nullable(),
  /** What the error of a reconstruction is, summed over an image's values. */
  error: z.enum(['squaredError', 'bernoulli']),
  /** Raw values low to high are 0 to 1 for the network. */
  scale: scaleSchema.nullable(),
  preparation: preparationSchema,
  /** Of a classifier, in channel order. */
  classes: z.array(z.string()),
  /** Label values of the classes, where they came from label maps; 0 is none of them. Absent in older files. */
  classValues: z.array(z.number().int().nonnegative()).optional(),
  /** Reconstruction errors of images that were held out: 50, 90, 95 and 99 % lie at or below. null without any. */
  heldOut: z
    .object({ count: z.number().int(), median: z.number(), p90: z.number(), p95: z.number(), p99: z.number() })
    .nullable(),
})
export type LatentFacts = z.infer<typeof latentFactsSchema>

/** A classifier of patches by the pixel in their middle: it can be asked for label maps. */
export const ofPixels = ({ task, preparation }: LatentFacts): boolean =>
  task === 'classifier' && preparation.unit === 'patches' && preparation.labelBy === 'centre'

/** Label value of each class; older files do not say what their classes had in label maps: then they are numbered. */
export const classValuesOf = ({ classes, classValues }: LatentFacts): readonly number[] =>
  classValues?.length === classes.length ? classValues : classes.map((_, n) => n)

/** What label maps of a classifier of pixels hold: its classes but the one that is none of them. */
export function pixelLabels(facts: LatentFacts): ModelLabel[] {
  const values = classValuesOf(facts)
  return facts.classes.flatMap((name, n) =>
    values[n]! > 0 ? [{ value: values[n]!, name, color: LABEL_COLORS[(n - 1) % LABEL_COLORS.length]! }] : [],
  )
}

export const latentMetadataSchema = z.object({ latent: latentFactsSchema, provenance: provenanceSchema })
export type LatentMetadata = z.infer<typeof latentMetadataSchema>

export const toLatentProperties = (metadata: LatentMetadata): Record<string, string> => ({
  [LATENT_KEYS.latent]: JSON.stringify(metadata.latent),
  [LATENT_KEYS.provenance]: JSON.stringify(metadata.provenance),
})

export function preparationOf(source: ImageSourceConfig): Preparation {
  const plain = { fit: 'resize', step: null, crop: null, colour: 'grey' } as const
  switch (source.kind) {
    case 'idx':
    case 'npz':
      return { ...plain, kind: source.kind, unit: 'images', colour: 'keep' }
    case 'folder':
      return { ...plain, kind: source.kind, unit: 'images', fit: source.fit, colour: source.colour }
    case 'studies':
      return {
        ...plain,
        kind: source.kind,
        unit: source.unit,
        fit: source.fit,
        step: source.step,
        crop: source.crop,
        labelBy: source.labelBy,
      }
  }
}
