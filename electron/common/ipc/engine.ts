// What compute processes do for main: model files, providers, inference, planning and running a training. Between processes, never for the page.
import { z } from 'zod'
import { latentTrainConfigSchema } from '../latent/trainConfig'
import {
  agreementSchema,
  inspectedModelSchema,
  modelCardSchema,
  modelLabelSchema,
  providerSchema,
  testRequestSchema,
} from './compute'
import { contract, invoke, job } from './contract'
import { fingerprintSchema } from './prepare'
import {
  startTrainingSchema,
  trainConfigSchema,
  trainProgressSchema,
  trainResultSchema,
  preprocessingSchema,
} from './training'
import { proposalSchema } from './voxels'
import { doneOfTotalSchema } from './study'

/** A label map on disk: label values, uint16 little endian, slice after slice, row-major, on the acquired grid of a prepared image. */
export const rawLabelsSchema = z.object({
  file: z.string(),
  /** What the values mean, in the model's own label table. */
  labels: z.array(modelLabelSchema),
})

/** A labelled volume as a run's plan sees it. */
export const planCaseSchema = z.object({ volumeId: z.string(), patient: z.string(), fingerprint: fingerprintSchema })

export const engineContract = contract('engine', 'compute', {
  /** Reads a model file's metadata. Errors: not-found, model-invalid. */
  card: invoke(
    z.object({ path: z.string(), origin: modelCardSchema.shape.origin }),
    z.object({ card: modelCardSchema, preprocessing: preprocessingSchema.nullable() }),
  ),
  /** See `models.inspect`. */
  inspect: invoke(z.object({ file: z.string() }), inspectedModelSchema),
  /** Takes in a model made elsewhere: see `models.import`. The model goes to `out`, weights of its own beside it. */
  import: invoke(
    z.object({ file: z.string(), card: z.record(z.string(), z.unknown()).nullable(), out: z.string() }),
    z.object({ card: modelCardSchema, notices: z.array(z.string()) }),
  ),
  /** Tries every provider of this build against the CPU, unless it is known how that ends and not asked for `again`. */
  providers: job(testRequestSchema, z.object({ testing: z.string() }), z.array(providerSchema)),
  /** Runs a model on a prepared image and writes its label map to `out`. Errors: model-invalid, model-incompatible, not-finite, disk-full. */
  segment: job(
    z.object({ model: z.string(), header: z.string(), out: z.string() }),
    z.object({ done: z.number(), total: z.number(), secondsLeft: z.number().nullable() }),
    rawLabelsSchema.extend({ seconds: z.number(), provider: z.string(), notices: z.array(z.string()) }),
  ),
  /** Chooses a run's settings from its cases. What can't be trained is in `refusals`, in words. */
  plan: invoke(
    z.object({
      request: startTrainingSchema,
      modality: z.string(),
      labels: z.array(modelLabelSchema),
      cases: z.array(planCaseSchema).min(1),
    }),
    z.object({
      config: trainConfigSchema,
      settings: z.array(z.object({ key: z.string(), value: z.string(), reason: z.string() })),
      /** In the order of `cases`; within-study every case is in both parts. */
      parts: z.array(z.enum(['train', 'validation'])),
      parameters: z.number().int(),
      estimatedMb: z.number(),
      refusals: z.array(z.string()),
      notices: z.array(z.string()),
    }),
  ),
})

/** Served by the process of one training run. */
export const runContract = contract('run', 'compute', {
  /**
   * Trains on prepared cases (paths of headers, in the order of the config's cases) and writes the run folder. Cancelling keeps the best
   * model and ends with state `stopped`. Errors: split-overlap, no-training-data, not-finite, too-much-memory, disk-full.
   */
  train: job(
    z.object({
      config: trainConfigSchema,
      headers: z.array(z.string()),
      folder: z.string(),
      /** Goes on from the folder's last checkpoint. */
      resume: z.boolean().default(false),
    }),
    trainProgressSchema,
    trainResultSchema,
  ),
  /** As `train`, for runs that learn codes of images. Errors also: config-invalid, shape-mismatch. */
  learn: job(
    z.object({
      config: latentTrainConfigSchema,
      headers: z.array(z.string()),
      validationHeaders: z.array(z.string()),
      folder: z.string(),
      resume: z.boolean().default(false),
    }),
    trainProgressSchema,
    trainResultSchema,
  ),
  /** Writes a checkpoint after the current step: the computer is about to sleep. */
  checkpoint: invoke(z.object({}), z.object({})),
})

/** Served by the study service for main: what a model said becomes a proposal over the image. */
export const adoptContract = contract('adopt', 'study', {
  /** Reads raw labels into a proposal, in the project's label values: labels of the same name are the same, others are added to its table. */
  proposal: job(rawLabelsSchema.extend({ volumeId: z.string(), model: z.string() }), doneOfTotalSchema, proposalSchema),
})

/** Served by the study service for main: what a model said beside what was drawn by hand. Only reads. */
export const agreementContract = contract('agreement', 'study', {
  /** Whether a volume can be compared with a model of these labels: the reason why not, and what stays the same while its labels do. */
  check: invoke(
    z.object({ volumeId: z.string(), labels: z.array(modelLabelSchema) }),
    z.object({ reason: z.string().nullable(), version: z.string() }),
  ),
  /** Dice of raw labels and the label map, over complete slices. Errors: truncated, and as `voxels.openLabels`. */
  measure: job(rawLabelsSchema.extend({ volumeId: z.string() }), doneOfTotalSchema, agreementSchema),
})
