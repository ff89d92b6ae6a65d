// Contract of training: the config of DESIGN §5, the rows of metrics.jsonl, and runs in the app.
import { z } from 'zod'
import { pcaErrorSchema } from '../project/latentFiles'
import { contract, event, invoke, job } from './contract'
import { runSummarySchema } from './project'
import { sliceStateSchema } from './voxels'

/** A case as the command line takes it: image and labels each a DICOM folder, NIfTI, NRRD, PNG or TIFF. */
export const caseSchema = z.object({
  id: z.string(),
  /** Empty when unknown: then the study, the series or the case itself stands for the patient, with a notice. */
  patient: z.string(),
  study: z.string().optional(),
  series: z.string().optional(),
  image: z.string(),
  labels: z.string(),
  /** `all`, or the slice indices a person completed; absent means all. */
  complete: z.union([z.literal('all'), z.array(z.number().int().nonnegative())]).default('all'),
  /** For split mode `given`. */
  part: z.enum(['train', 'validation', 'test']).optional(),
})

export const splitSchema = z.object({
  mode: z.enum(['patient', 'folds', 'within-study', 'given']).default('patient'),
  folds: z.number().int().min(2).optional(),
  fold: z.number().int().nonnegative().optional(),
  /** Share of patients (or of slices, within-study) held out for validation. */
  validationFraction: z.number().gt(0).lt(1).default(0.2),
  seed: z.number().int().default(0),
})

/**
 * How clipped values are centred and scaled: (value - mean) / sd with the same numbers for every image, or by the numbers of each image's
 * own voxels (of those inside the crop): `z-score` to mean 0 and sd 1, `unit-range` to 0 (smallest) to 1 (largest).
 */
export const normalizationSchema = z.union([
  z.object({ mean: z.number(), sd: z.number().positive() }),
  z.object({ perImage: z.enum(['z-score', 'unit-range']) }),
])
export type Normalization = z.infer<typeof normalizationSchema>

/** Which way the network's columns, rows and slices run: Left or Right, Posterior or Anterior, Superior or Inferior. */
export const networkAxesSchema = z.enum(['LPS', 'LPI', 'LAS', 'LAI', 'RPS', 'RPI', 'RAS', 'RAI'])
export type NetworkAxes = z.infer<typeof networkAxesSchema>

/** Data inside the model file; applied identically in training and inference (CASES T04). */
export const preprocessingSchema = z.object({
  /** [x, y, z] mm of the network's grid; null keeps that axis as it is. */
  spacingMm: z.tuple([
    z.number().positive().nullable(),
    z.number().positive().nullable(),
    z.number().positive().nullable(),
  ]),
  /** Slices are cut to the box around what is above this value in any slice (air is left out); outside it is background. null: whole. */
  crop: z.object({ above: z.number() }).nullable(),
  /** Values are clipped to this range first, in the image's unit. */
  clip: z.tuple([z.number(), z.number()]).nullable(),
  normalization: normalizationSchema,
  /** How images are padded to the network's multiple; `edge` repeats the border voxel. */
  padding: z.enum(['edge', 'constant']),
  /** Network axes: in-plane slices of the acquisition, flipped to this patient orientation. Sagitta's own networks see LPS. */
  orientation: networkAxesSchema,
  /** Slices are stretched to this size whatever their spacing; absent: `spacingMm` says how large they are. Networks made elsewhere. */
  resize: z.object({ columns: z.number().int().positive(), rows: z.number().int().positive() }).optional(),
})
export type Preprocessing = z.infer<typeof preprocessingSchema>

export const trainConfigSchema = z.object({
  task: z.enum(['unet', 'autoencoder', 'vae']),
  name: z.string().default(''),
  /** For the model's card: what it is good for, and what not. Empty: what kind of network it is. */
  description: z.string().default(''),
  dataset: z.object({
    cases: z.array(caseSchema).min(1),
    /** The class list, in channel order; voxels of other values are refused. Channel 0 is background and not listed. */
    labels: z.array(z.object({ value: z.number().int().positive(), name: z.string(), color: z.string() })).min(1),
    modality: z.string().default(''),
  }),
  split: splitSchema.prefault({}),
  /** Parts left out are chosen from the data, and written into the run's config with the reason. */
  preprocessing: preprocessingSchema.omit({ resize: true }).partial().prefault({}),
  /** Validated by the architecture's own schema (models/architectures). */
  model: z.record(z.string(), z.unknown()).default({}),
  loss: z.record(z.string(), z.unknown()).default({}),
  optimizer: z.record(z.string(), z.unknown()).default({}),
  augmentation: z
    .object({
      rotationDegrees: z.number().min(0).default(15),
      scale: z.number().min(0).lt(1).default(0.2),
      flipLeftRight: z.boolean().default(false),
      brightness: z.number().min(0).default(0.1),
      contrast: z.number().min(0).default(0.2),
      noise: z.number().min(0).default(0.1),
    })
    .prefault({}),
  /** Slices on each side that the network sees beside the one it answers for; null: chosen from the data. */
  neighbours: z.number().int().min(0).max(3).nullable().default(null),
  /**
   * Pixels of rare labels count more at the start of training: weight of each class, background first. It fades until `untilShare` of the
   * steps to the weights raised to the power `rest`. null: chosen from the data.
   */
  emphasis: z
    .object({
      weights: z.array(z.number().positive()),
      untilShare: z.number().gt(0).max(1).default(0.7),
      rest: z.number().min(0).max(1).default(0),
    })
    .nullable()
    .default(null),
  /** In-plane [rows, columns] of a training patch; null: chosen from the data. */
  patch: z.tuple([z.number().int().positive(), z.number().int().positive()]).nullable().default(null),
  epochs: z.number().int().positive().default(20),
  stepsPerEpoch: z.number().int().positive().nullable().default(null),
  /** Stops early after so many seconds of training, keeping the best model; null: no limit. */
  maxSeconds: z.number().positive().nullable().default(null),
  /** Stops when so many epochs in a row brought no better model; null: never. */
  patience: z.number().int().positive().nullable().default(null),
  /** Largest number of whole slices judged after each epoch, spread over the validation cases and their labels. */
  validationSlices: z.number().int().positive().default(32),
  /** A checkpoint whose weights the run starts with, under its own settings; null: random weights. To go on with a run, resume it. */
  startFrom: z.string().nullable().default(null),
  batch: z.number().int().positive().default(2),
  seed: z.number().int().default(0),
  provider: z.string().default('auto'),
  threads: z.number().int().positive().nullable().default(null),
})
export type TrainConfig = z.infer<typeof trainConfigSchema>
export type TrainConfigInput = z.input<typeof trainConfigSchema>

export const metricsRowSchema = z.object({
  epoch: z.number().int(),
  step: z.number().int(),
  seconds: z.number(),
  train: z.object({ loss: z.number() }).catchall(z.number()),
  validation: z.object({
    loss: z.number(),
    dice: z.record(z.string(), z.number().nullable()),
    /** Of autoencoders, VAEs and classifiers: reconstruction (and squaredError where that is a cross entropy), kl, activeUnits, accuracy… */
    terms: z.record(z.string(), z.number()).optional(),
    /** Per unit of the code: divergence in nats for a VAE, variance over the images for an autoencoder. */
    units: z.array(z.number()).optional(),
    /** Of classifiers of few classes: how many images are of a class (row) and were said to be of one (column). */
    confusion: z.object({ classes: z.array(z.string()), counts: z.array(z.array(z.number().int())) }).optional(),
  }),
  /** L2 norm of each trained parameter's gradient, mean over the epoch's steps, where the program tells them. */
  gradientNorms: z.record(z.string(), z.number()).optional(),
  /** Mean Dice over the classes counted; null when none was. */
  meanDice: z.number().nullable(),
  lr: z.number(),
  provider: z.string(),
  rssMb: z.number(),
})
export type MetricsRow = z.infer<typeof metricsRowSchema>

export const trainProgressSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('stage'),
    stage: z.enum(['preparing', 'building', 'warming-up', 'training', 'exporting']),
    text: z.string(),
  }),
  z.object({
    kind: z.literal('step'),
    epoch: z.number().int(),
    epochs: z.number().int(),
    step: z.number().int(),
    stepsPerEpoch: z.number().int(),
    loss: z.number(),
    stepMs: z.number(),
    waitMs: z.number(),
    secondsLeft: z.number().nullable(),
    rssMb: z.number(),
    /** As of an epoch; the counts are the stage's own. */
    stage: z.string().optional(),
  }),
  z.object({
    kind: z.literal('epoch'),
    row: metricsRowSchema,
    best: z.boolean(),
    /** Of layerwise training: `layer-1`... Absent for a whole network. */
    stage: z.string().optional(),
  }),
  z.object({ kind: z.literal('notice'), code: z.string(), text: z.string() }),
])
export type TrainProgress = z.infer<typeof trainProgressSchema>

export const trainResultSchema = z.object({
  run: z.string(),
  model: z.string(),
  best: z.object({ epoch: z.number().int(), metrics: metricsRowSchema }),
  seconds: z.number(),
  provider: z.string(),
  /** `stopped`: cancelled or out of time, best kept. */
  state: z.enum(['done', 'stopped']),
  /** Of a run that learnt codes: what as many principal components reach on the same images. */
  pca: pcaErrorSchema.optional(),
})
export type TrainResult = z.infer<typeof trainResultSchema>

/** What the app asks for: volumes of the open project; the rest is chosen from the data unless given. */
export const startTrainingSchema = z.object({
  name: z.string(),
  volumeIds: z.array(z.string()).min(1),
  labels: z.array(z.number().int().positive()).min(1),
  splitMode: z.enum(['patient', 'within-study']),
  overrides: trainConfigSchema
    .omit({ task: true, dataset: true, split: true, name: true, description: true })
    .partial(),
})

export const trainingContract = contract('training', 'main', {
  /** What a run would be, before it starts: settings with the reason for each, memory estimate, cases and completed slices, refusals. */
  plan: invoke(
    startTrainingSchema,
    z.object({
      config: trainConfigSchema,
      settings: z.array(z.object({ key: z.string(), value: z.string(), reason: z.string() })),
      cases: z.array(
        z.object({
          volumeId: z.string(),
          patient: z.string(),
          part: z.enum(['train', 'validation']),
          completeSlices: z.number().int(),
          states: z.array(sliceStateSchema),
        }),
      ),
      parameters: z.number().int(),
      estimatedMb: z.number(),
      /** Why it can't start, in words; empty when it can. */
      refusals: z.array(z.string()),
      notices: z.array(z.string()),
    }),
  ),
  start: job(startTrainingSchema, trainProgressSchema, trainResultSchema),
  /**
   * Goes on with a run of any kind, from its last checkpoint, on its own cases and settings. Errors: not-found (no such run, no
   * checkpoint), config-invalid (images or labels changed since it began), volume-unknown, request-invalid (it runs, or is done).
   */
  resume: job(z.object({ run: z.string() }), trainProgressSchema, trainResultSchema),
  metrics: invoke(z.object({ run: z.string() }), z.array(metricsRowSchema)),
  runs: invoke(z.object({}), z.array(runSummarySchema)),
  runsChanged: event(z.object({})),
})
