// Contract of models: which are there, which processor runs them, and segmenting a volume.
import { z } from 'zod'
import { contract, invoke, job } from './contract'
import { foreignModelSchema } from './modelImport'
import { proposalSchema } from './voxels'

export const providerSchema = z.object({
  name: z.string(),
  /** Passed the self-test against CPU. */
  usable: z.boolean(),
  chosen: z.boolean(),
  /** Why not usable, or what was measured: "agrees with CPU, 12 ms a step". */
  reason: z.string(),
  stepMs: z.number().nullable(),
  threads: z.number().int().nullable(),
})
export type ProviderReport = z.infer<typeof providerSchema>

export const testRequestSchema = z.object({ again: z.boolean().default(false) })

export const modelLabelSchema = z.object({ value: z.number().int(), name: z.string(), color: z.string() })
export type ModelLabel = z.infer<typeof modelLabelSchema>

/** What a model's card says (metadata inside model.onnx; card.json beside it holds the same). */
export const modelCardSchema = z.object({
  path: z.string(),
  name: z.string(),
  task: z.enum(['segmentation', 'autoencoder', 'vae', 'classifier']),
  /** It makes label maps: a network that segments, or a classifier of pixels. */
  segments: z.boolean(),
  description: z.string(),
  /** bundled with the app, made by a run of the project, or imported. */
  origin: z.enum(['bundled', 'run', 'imported']),
  labels: z.array(modelLabelSchema),
  modality: z.string(),
  spacingMm: z.array(z.number()).nullable(),
  /** "same scan, not generalisation" for within-study runs; null otherwise. */
  caveat: z.string().nullable(),
  metrics: z.record(z.string(), z.number().nullable()),
  createdAt: z.string(),
  bytes: z.number().int(),
})
export type ModelCard = z.infer<typeof modelCardSchema>

/** `own`: the card that the file carries already; null for a model without one. */
export const inspectedModelSchema = foreignModelSchema.extend({ own: modelCardSchema.nullable() })
export type InspectedModel = z.infer<typeof inspectedModelSchema>

export const segmentProgressSchema = z.object({
  stage: z.enum(['reading', 'preprocessing', 'segmenting', 'writing']),
  done: z.number(),
  total: z.number(),
  secondsLeft: z.number().nullable(),
})

export const segmentResultSchema = z.object({
  proposal: proposalSchema,
  labels: z.array(
    z.object({ value: z.number().int(), name: z.string(), voxels: z.number().int(), volumeMl: z.number().nullable() }),
  ),
  seconds: z.number(),
  provider: z.string(),
  notices: z.array(z.string()),
})
export type SegmentResult = z.infer<typeof segmentResultSchema>

/** How far a model's labels and those a person drew agree on a volume: Dice of labels of the same name, over its complete slices. */
export const agreementSchema = z.object({
  volumeId: z.string(),
  /** null: in neither, not counted. */
  labels: z.array(z.object({ name: z.string(), dice: z.number().nullable() })),
  /** Mean over the labels that are in either; null when nothing was compared. */
  dice: z.number().nullable(),
  /** Complete slices: those that were compared. */
  slices: z.number().int(),
  /** The slice (0-based) on which most voxels differ; null where none does. */
  worstSlice: z.number().int().nullable(),
  /** Why nothing was compared, in words; null when it was. */
  reason: z.string().nullable(),
})
export type HandAgreement = z.infer<typeof agreementSchema>

export const compareProgressSchema = segmentProgressSchema.extend({
  /** 0-based. */
  volume: z.number().int(),
  volumes: z.number().int(),
})

export const modelsContract = contract('models', 'main', {
  /** Bundled models, the open project's runs, imported ones. A broken file is listed in `broken` with its reason, never dropped silently. */
  list: invoke(
    z.object({}),
    z.object({ models: z.array(modelCardSchema), broken: z.array(z.object({ path: z.string(), reason: z.string() })) }),
  ),
  /** Looks into a model file before it is taken in: what it says of its own card. Errors: not-found, model-invalid. */
  inspect: invoke(z.object({ file: z.string() }), inspectedModelSchema),
  /**
   * Takes in a segmentation model made elsewhere, with its card (modelImport.ts); null: the card inside the file is kept, and where there is
   * none, the error says what it must hold. Errors: config-invalid (details: `missing`, `wrong`, and `card` to start from),
   * model-incompatible (`problems`, each with its field), model-invalid.
   */
  import: invoke(
    z.object({ file: z.string(), card: z.record(z.string(), z.unknown()).nullable() }),
    z.object({ card: modelCardSchema, notices: z.array(z.string()) }),
  ),
  /** Takes an imported model out of the list; the last one can be brought back. Errors: not-found (no imported model), not-writable. */
  remove: invoke(z.object({ path: z.string() }), z.object({})),
  /** Brings back the model that was removed last. Errors: not-found. */
  restore: invoke(z.object({ path: z.string() }), z.object({})),
  /** The processors' self-test: what an earlier start found out, tested only where nothing is known; `again` tests in any case. */
  providers: job(testRequestSchema, z.object({ testing: z.string() }), z.array(providerSchema)),
  /** Runs a model on a volume and keeps the result as a proposal. Errors: model-invalid, model-incompatible, service-stopped. */
  segment: job(z.object({ volumeId: z.string(), model: z.string() }), segmentProgressSchema, segmentResultSchema),
  /**
   * Segments volumes in a process of its own and compares the result with what was drawn by hand; nothing of the project changes. A volume
   * that can't be compared is answered with its reason. In the order of `volumeIds`. Errors: model-invalid, model-incompatible, service-stopped.
   */
  compare: job(
    z.object({ volumeIds: z.array(z.string()).min(1), model: z.string() }),
    compareProgressSchema,
    z.array(agreementSchema),
  ),
})
