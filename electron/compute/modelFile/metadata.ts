// What a model file says about itself: enough to apply it to a new scan exactly as it was trained, and to know where it comes from.
import { z } from 'zod'
import { modelLabelSchema } from '#common/ipc/compute'
import { preprocessingSchema } from '#common/ipc/training'
import { trainedOnSchema } from './trainedOn'

/** Keys of the ONNX metadata; each value is JSON. */
export const METADATA_KEYS = {
  model: 'sagitta.model',
  preprocessing: 'sagitta.preprocessing',
  provenance: 'sagitta.provenance',
  trainedOn: 'sagitta.trainedOn',
} as const

/**
 * How a network made elsewhere is fed and read. Sagitta's own files say nothing of this: one float32 input `image` and one output
 * `probabilities`, both [N, C, H, W].
 */
export const signatureSchema = z.object({
  input: z.object({
    name: z.string(),
    /** Order of the axes: N, C, H and W. */
    axes: z.string(),
    /** How often each channel is repeated, for networks that want colour. */
    copies: z.number().int().positive(),
    /** Images of every run; null: any number. */
    batch: z.number().int().positive().nullable(),
  }),
  output: z.object({
    name: z.string(),
    /** Without C for a label map that has no such axis. */
    axes: z.string(),
    kind: z.enum(['probabilities', 'logits', 'labels']),
    activation: z.enum(['softmax', 'sigmoid']),
    /** A sigmoid channel at least this probable is yes. */
    threshold: z.number(),
    /** The class that each channel, or each number of a label map, stands for: 0 background, n the n-th label. */
    classes: z.array(z.object({ index: z.number().int().nonnegative(), class: z.number().int().nonnegative() })),
  }),
})
export type Signature = z.infer<typeof signatureSchema>

export const modelFactsSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  task: z.enum(['segmentation', 'autoencoder', 'vae']),
  description: z.string(),
  modality: z.string(),
  /** In channel order; channel 0 is background and not listed. */
  labels: z.array(modelLabelSchema),
  /**
   * What labels are decided by (inference/decide.ts), in the order of `labels`: the Dice it was judged to reach, and its share of the
   * pixels that were learnt from. Absent: a voxel is given its likeliest class.
   */
  decision: z.array(z.object({ dice: z.number().min(0).max(1), share: z.number().gt(0).max(1) })).optional(),
  network: z.object({
    dimensions: z.literal(2),
    /** Slices are padded, right and below, to multiples of this. */
    multiple: z.number().int().positive(),
    /** Size of its training patches: slices much larger are shown in windows of this size. */
    trained: z.object({ columns: z.number().int().positive(), rows: z.number().int().positive() }).nullable(),
    /**
     * Slices that go in as further channels beside the answered one, which is the middle channel: `count` on each side, `mm` apart (the
     * nearest slices there are; null: the next ones), ends repeated.
     */
    neighbours: z.object({ count: z.number().int().nonnegative(), mm: z.number().positive().nullable() }),
    /** Every run has the size `trained`; absent: sizes are free. */
    exactSize: z.boolean().optional(),
    /** Share by which windows overlap at least; absent: half. */
    overlap: z.number().min(0).max(0.9).optional(),
    signature: signatureSchema.optional(),
  }),
})
export type ModelFacts = z.infer<typeof modelFactsSchema>

export const provenanceSchema = z.object({
  createdAt: z.string(),
  configHash: z.string(),
  seed: z.number().int(),
  /** Case ids on each side; a name of a patient never goes into a model file. */
  split: z.object({ mode: z.string(), train: z.array(z.string()), validation: z.array(z.string()) }),
  epoch: z.number().int(),
  metrics: z.record(z.string(), z.number().nullable()),
  /** "same scan, not generalisation" for within-study runs. */
  caveat: z.string().nullable(),
  /** One thread on the CPU repeats a run bit by bit; anything else only nearly. */
  repeatable: z.boolean(),
  provider: z.string(),
  threads: z.number().int().nullable(),
  versions: z.record(z.string(), z.string()),
})
export type Provenance = z.infer<typeof provenanceSchema>

/** Of a model made elsewhere: in words, as its card said. */
export const importedProvenanceSchema = z.object({
  createdAt: z.string(),
  imported: z.object({ file: z.string(), sha256: z.string(), licence: z.string(), source: z.string() }),
  metrics: z.record(z.string(), z.number().nullable()),
  caveat: z.string().nullable(),
})

export const modelMetadataSchema = z.object({
  model: modelFactsSchema,
  preprocessing: preprocessingSchema,
  provenance: z.union([provenanceSchema, importedProvenanceSchema]),
  /** Absent in files of models made elsewhere, and in older ones. */
  trainedOn: trainedOnSchema.optional(),
})
export type ModelMetadata = z.infer<typeof modelMetadataSchema>

/** As ONNX metadata. */
export const toProperties = (metadata: ModelMetadata): Record<string, string> => ({
  [METADATA_KEYS.model]: JSON.stringify(metadata.model),
  [METADATA_KEYS.preprocessing]: JSON.stringify(metadata.preprocessing),
  [METADATA_KEYS.provenance]: JSON.stringify(metadata.provenance),
  ...(metadata.trainedOn ? { [METADATA_KEYS.trainedOn]: JSON.stringify(metadata.trainedOn) } : {}),
})
