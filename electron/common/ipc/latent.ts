// Contract of the latent workspace: models that code images, codes of data sets, and everything that is done with them.
import { z } from 'zod'
import { imageSourceSchema, preparationSchema, scaleSchema } from '../latent/imageSource'
import { CASE_SCORES } from '../latent/reviewQueue'
import { latentTrainConfigSchema } from '../latent/trainConfig'
import { contract, invoke, job } from './contract'
import { doneOfTotalSchema } from './study'
import { metricsRowSchema, trainProgressSchema, trainResultSchema } from './training'

const floats = z.custom<Float32Array>(value => value instanceof Float32Array, 'not a Float32Array')
const integers = z.custom<Int32Array>(value => value instanceof Int32Array, 'not an Int32Array')
const count = z.number().int().positive()
const index = z.number().int().nonnegative()

/** Images one after the other, each of `shape` [channels, rows, columns], values from 0 to 1 as the network sees them. */
export const picturesSchema = z.object({ shape: z.array(count), values: floats })
export type Pictures = z.infer<typeof picturesSchema>

export const latentModelSchema = z.object({
  /** Path of the model file; stands for the model in all calls. */
  model: z.string(),
  name: z.string(),
  task: z.enum(['autoencoder', 'vae']),
  description: z.string(),
  /** Of one image: [channels, rows, columns]. */
  shape: z.array(count),
  units: count,
  covariance: z.enum(['diagonal', 'full']).nullable(),
  /** What errors are: squared differences or cross entropy in nats, summed over an image's values. */
  error: z.enum(['squaredError', 'bernoulli']),
  scale: scaleSchema.nullable(),
  /** How the images it was trained on were made: others mean something to it only when made alike. */
  preparation: preparationSchema,
  /** Of images it was not trained on; null when there were none. */
  heldOut: z
    .object({ count: z.number().int(), median: z.number(), p90: z.number(), p95: z.number(), p99: z.number() })
    .nullable(),
  /** False for a file that lies without its other half: what needs it fails with `model-incompatible`. */
  encodes: z.boolean(),
  decodes: z.boolean(),
  metrics: z.record(z.string(), z.number().nullable()),
  createdAt: z.string(),
})
export type LatentModelInfo = z.infer<typeof latentModelSchema>

const factsSchema = latentModelSchema.pick({ shape: true, units: true, scale: true, preparation: true })
export type EncoderFacts = z.infer<typeof factsSchema>

/** Where images lie in volumes, one entry per image: voxels of the acquired grid. */
export const placesSchema = z.object({
  volumeIds: z.array(z.string()),
  /** Index into `volumeIds`, -1 for an image that is no part of a volume. */
  volume: integers,
  k: integers,
  left: integers,
  top: integers,
  columns: integers,
  rows: integers,
})

export const codesSchema = z.object({
  /** Stands for this set of codes in all calls. */
  codes: z.string(),
  model: z.string(),
  /** Of the data. */
  name: z.string(),
  count,
  units: count,
  /** [count, units]: codes, or posterior means. */
  values: floats,
  /** Error of each image's reconstruction, summed over its values; empty without a decoder. */
  errors: floats,
  ids: z.array(z.string()),
  /** Empty where unknown. */
  patients: z.array(z.string()),
  /** Class index, -1 where unknown. */
  labels: integers,
  classNames: z.array(z.string()),
  places: placesSchema,
})
export type Codes = z.infer<typeof codesSchema>

export const unitSchema = z.object({
  mean: z.number(),
  variance: z.number(),
  meanActivation: z.number(),
  largest: z.number(),
  onShare: z.number(),
  active: z.boolean(),
  kl: z.number().nullable(),
})

/** Points in code [n, units] with what they decode to. */
const decodedSchema = z.object({ points: floats, pictures: picturesSchema })

const model = z.object({ model: z.string() })
const codes = z.object({ codes: z.string() })
/** An image of the set, or any point. */
const query = z.union([z.object({ index }), z.object({ point: floats })])

export const projectionSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('pca') }),
  z.object({
    method: z.literal('umap'),
    neighbours: z.number().int().min(2).max(200).default(15),
    minDistance: z.number().min(0).max(1).default(0.1),
    seed: z.number().int().default(0),
  }),
  z.object({ method: z.literal('units'), across: index, up: index }),
])

export const regularitySchema = z.object({
  /** docs/latent.md defines all four; low, low, high, high is good. */
  bend: z.number(),
  change: z.number(),
  plausible: z.number(),
  coverage: z.number(),
  /** Where samples came from: a VAE's prior, or a Gaussian fitted to an autoencoder's codes. */
  samples: z.enum(['prior', 'fitted']),
})

export const anomalySchema = z.object({
  /** Per image of the set. */
  errors: floats,
  /** Squared Mahalanobis distance of the code from the normal codes, divided by the number of units: about 1 for normal ones. */
  outlierness: floats,
  /** Indices, most conspicuous first, by the larger of the two ranks. */
  ranking: integers,
  /** One sentence per ranked image, in the order of `ranking`, of the first hundred. */
  reasons: z.array(z.string()),
  /** Error that `share` of the given normals stay below; where none were given, that 95 % of the model's own held-out images do. */
  threshold: z.number().nullable(),
  above: z.number().int(),
  /** Volumes of the set, those to look at first; empty when the images are no parts of volumes. */
  cases: z.array(
    z.object({
      /** Volume id. */
      id: z.string(),
      error: z.number(),
      outlierness: z.number(),
      disagreement: z.number().nullable(),
      conspicuous: z.number(),
      /** The score that makes it so; null where none exceeds any other series'. */
      by: z.enum(CASE_SCORES).nullable(),
      reason: z.string(),
    }),
  ),
  /** Where labels say which images are anomalous. */
  roc: z
    .object({
      area: z.number(),
      averagePrecision: z.number(),
      falsePositives: floats,
      truePositives: floats,
      thresholds: floats,
    })
    .nullable(),
})

export const EXPORTS = ['codes.npy', 'codes.csv', 'projection.csv', 'pictures.png', 'pictures.npy'] as const

/** What the page and the compute service both know; main hands these on. */
const shared = {
  /** Errors: not-found, model-invalid, model-incompatible (another kind of model). */
  open: invoke(model, latentModelSchema),
  /** What a model's file says of the images it takes, without opening the model: an encoder that is taken over wants the same. Errors: as `open`. */
  facts: invoke(model, factsSchema),
  /** Releases a model and the codes made with it. */
  close: invoke(model, z.object({})),
  forget: invoke(codes, z.object({})),
  /** Errors: shape-mismatch when the points have another number of units; model-incompatible without a decoder. */
  decode: invoke(model.extend({ points: floats }), picturesSchema),
  /** The images themselves, as the network sees them. */
  images: invoke(codes.extend({ indices: z.array(index).min(1).max(1024) }), picturesSchema),
  /** Reconstructions, and the error at every value (squared, or nats). */
  reconstruct: invoke(
    codes.extend({ indices: z.array(index).min(1).max(256) }),
    z.object({ outputs: picturesSchema, errorMaps: picturesSchema }),
  ),
  /**
   * [count, 2], and for PCA the share of variance along each. Where the map is a plane (components, units), `axes` says which: the map's
   * (x, y) is the code `origin + x across + y up`, and a code's x is the product of `across` and what it differs from the origin.
   */
  project: job(
    codes.extend({ projection: projectionSchema }),
    doneOfTotalSchema,
    z.object({
      points: floats,
      explained: z.array(z.number()).nullable(),
      axes: z.object({ origin: floats, across: floats, up: floats }).nullable(),
      notice: z.string().nullable(),
    }),
  ),
  /** Groups by k-means, the largest first; the same seed gives the same. */
  clusters: invoke(
    codes.extend({ count: count.max(64), seed: z.number().int().default(0) }),
    z.object({ groups: integers, centres: floats }),
  ),
  /** By growing Euclidean distance in code, exact; an image is not its own neighbour. */
  neighbours: invoke(
    codes.extend({ query, count: count.max(1000) }),
    z.object({ indices: integers, distances: floats }),
  ),
  /** Images that show voxels of this region of slice k of a volume (a whole slice without a box): what brushing lights up. */
  at: invoke(
    codes.extend({
      volumeId: z.string(),
      k: index,
      box: z.object({ left: z.number(), top: z.number(), right: z.number(), bottom: z.number() }).nullable(),
    }),
    z.object({ indices: integers }),
  ),
  path: invoke(
    model.extend({ from: floats, to: floats, steps: count.min(2).max(256), kind: z.enum(['linear', 'spherical']) }),
    decodedSchema,
  ),
  traverse: invoke(
    model.extend({ point: floats, unit: index, values: z.array(z.number()).min(1).max(256) }),
    decodedSchema,
  ),
  /** A grid of `size` x `size` decodes over two units through a point; rows from the top, the second unit growing upward. */
  manifold: invoke(
    model.extend({
      point: floats,
      units: z.tuple([index, index]),
      size: count.max(32),
      /** `even`: from -reach to reach; `prior`: equal steps of the prior's probability. */
      spacing: z.enum(['even', 'prior']),
      reach: z.number().positive().default(2),
    }),
    decodedSchema.extend({ values: z.array(z.number()) }),
  ),
  /** Draws of the prior, or of a Gaussian fitted to codes (an autoencoder has no prior). The same seed draws the same. */
  sample: invoke(
    model.extend({ count: count.max(4096), seed: z.number().int(), fittedTo: z.string().nullable() }),
    decodedSchema,
  ),
  /** Units of a set of codes, and the Gaussian with the moments of all posteriors together (row-major covariance). */
  statistics: invoke(
    codes,
    z.object({
      units: z.array(unitSchema),
      mean: floats,
      covariance: floats,
      activeUnits: z.number().int(),
      onShare: z.number(),
    }),
  ),
  /** Per unit: by how much each value of an image is larger per unit of activation. */
  receptiveFields: invoke(codes.extend({ units: z.array(index).min(1).max(256) }), picturesSchema),
  /** What regularisation buys, measured on at most `count` images. */
  regularity: job(
    codes.extend({ seed: z.number().int().default(0), count: count.max(2000).default(500) }),
    doneOfTotalSchema,
    regularitySchema,
  ),
  anomaly: job(
    codes.extend({
      /** Codes of normal images that the model was not trained on; null: what the model's file says of its own. */
      normals: z.string().nullable(),
      /** Class indices that count as anomalous, for the ROC; null: none is known. */
      anomalousLabels: z.array(z.number().int()).nullable(),
      share: z.number().gt(0).lt(1).default(0.95),
      /** 1 - Dice of a model's labels and a person's, by volume id, where somebody compared them: joins the queue of cases. */
      disagreement: z.record(z.string(), z.number()).default({}),
    }),
    doneOfTotalSchema,
    anomalySchema,
  ),
  /**
   * Writes files into a folder. Pictures show patients: they are written only with `withPictures`, and `notices` says what a file gives away.
   */
  export: job(
    codes.extend({
      folder: z.string(),
      files: z.array(z.enum(EXPORTS)).min(1),
      withPictures: z.boolean().default(false),
      indices: z.array(index).nullable().default(null),
      projection: projectionSchema.nullable().default(null),
    }),
    doneOfTotalSchema,
    z.object({ files: z.array(z.string()), notices: z.array(z.string()) }),
  ),
}

const planSchema = z.object({
  /** Complete: as it will be trained. */
  config: latentTrainConfigSchema,
  parameters: z.number().int(),
  estimatedMb: z.number(),
  images: z.object({ train: z.number().int(), validation: z.number().int(), shape: z.array(count) }),
  /** Why it can't start, in words; empty when it can. */
  refusals: z.array(z.string()),
  notices: z.array(z.string()),
})
export type LatentPlan = z.infer<typeof planSchema>

/** In a source of kind `studies`, a case's `image` is the id of a volume of the open project; its `labels` the same id, or null. */
export const latentContract = contract('latent', 'main', {
  ...shared,
  /** Codes of all images of a source; those of `studies` are prepared first. Errors: model-incompatible, shape-mismatch, not-finite, no-training-data. */
  encode: job(model.extend({ source: imageSourceSchema }), doneOfTotalSchema, codesSchema),
  plan: job(z.object({ config: latentTrainConfigSchema }), doneOfTotalSchema, planSchema),
  /** Trains in a process of its own into a run folder of the open project. */
  train: job(z.object({ config: latentTrainConfigSchema }), trainProgressSchema, trainResultSchema),
  /** Curves of a run: the stages of layerwise training first, then the whole. */
  curves: invoke(
    z.object({ run: z.string() }),
    z.array(z.object({ stage: z.string(), rows: z.array(metricsRowSchema) })),
  ),
})

const headers = z.object({ headers: z.array(z.string()), validationHeaders: z.array(z.string()) })

/** The same work in the compute service; volumes have become headers of prepared files, in the order of the cases. */
export const latentEngineContract = contract('latentEngine', 'compute', {
  ...shared,
  encode: job(
    model.extend({ source: imageSourceSchema, headers: z.array(z.string()) }),
    doneOfTotalSchema,
    codesSchema,
  ),
  plan: job(headers.extend({ config: latentTrainConfigSchema }), doneOfTotalSchema, planSchema),
})
