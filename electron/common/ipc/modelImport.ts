// The card of a model made elsewhere: what its file does not say and no program can find out. Filled in by a person, checked against the file.
import { z } from 'zod'
import { networkAxesSchema, preprocessingSchema } from './training'

/** Order of a tensor's axes: N images, C channels or classes, H rows, W columns. */
const axesSchema = z
  .string()
  .refine(axes => [...axes].sort().join('') === 'CHNW', 'is the four letters N, C, H and W in the order of the tensor')

export const importCardSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().default(''),
  /** DICOM's word: CT, MR, ... */
  modality: z.string(),
  licence: z.string().min(1),
  /** Who made it, from what, where it was published. */
  source: z.string().min(1),
  /** Names of tensors; found from the file when it has only one. */
  input: z.string().optional(),
  output: z.string().optional(),
  axes: axesSchema,
  /** Of the answer; absent: as the input's. */
  outputAxes: axesSchema.optional(),
  /** `labels`: the answer holds one label number per pixel. */
  answer: z.enum(['logits', 'probabilities', 'labels']),
  /** `softmax`: each pixel has one label. `sigmoid`: each channel says yes or no for itself. Needed unless `answer` is `labels`. */
  activation: z.enum(['softmax', 'sigmoid']).optional(),
  /** For sigmoid: a channel at least this probable is yes. */
  threshold: z.number().gt(0).lt(1).default(0.5),
  /**
   * Entry n says what channel n (or number n of a label map) stands for; `index` says another n. Every channel must be there. Value 0
   * is background; entries of the same value are one label.
   */
  labels: z
    .array(
      z.strictObject({
        index: z.number().int().nonnegative().optional(),
        value: z.number().int().min(0).max(65535),
        name: z.string().min(1),
        color: z
          .string()
          .regex(/^#[0-9a-f]{6}$/i)
          .optional(),
      }),
    )
    .min(1),
  /** Which way columns, rows and slices of its images run in the patient. */
  orientation: networkAxesSchema,
  /** [columns, rows, slices] mm of its images; null keeps that axis as it is. */
  spacingMm: preprocessingSchema.shape.spacingMm,
  crop: preprocessingSchema.shape.crop.default(null),
  clip: preprocessingSchema.shape.clip,
  /** After clipping: by fixed numbers, from a range to 0..1, or by each image's own voxels. */
  normalization: z.union([
    z.strictObject({ mean: z.number(), sd: z.number().positive() }),
    z.strictObject({ low: z.number(), high: z.number() }).refine(({ low, high }) => high > low, 'high lies above low'),
    z.strictObject({ perImage: z.enum(['z-score', 'unit-range']) }),
  ]),
  /** Needed when the input has several channels: the same slice in each (RGB networks), or the slice in the middle and its neighbours. */
  channels: z.enum(['copies', 'neighbours']).optional(),
  /** Distance of neighbours; null: the next slices. */
  neighboursMm: z.number().positive().nullable().default(null),
  /** [rows, columns] it was trained with, when the file leaves them open: larger slices are shown in windows of this size. */
  size: z.tuple([z.number().int().positive(), z.number().int().positive()]).optional(),
  /** Rows and columns must be multiples of this. Needed when the file leaves them open. */
  multiple: z.number().int().positive().optional(),
  /** Share by which neighbouring windows overlap at least. */
  overlap: z.number().min(0).max(0.9).default(0.5),
  /** `windows`: slices keep their scale. `resize`: every slice is stretched to the network's size. */
  fit: z.enum(['windows', 'resize']).default('windows'),
  padding: preprocessingSchema.shape.padding.default('edge'),
})
export type ImportCard = z.infer<typeof importCardSchema>
export type ImportCardInput = z.input<typeof importCardSchema>

export type ImportCardField = keyof ImportCard

/** What does not fit between a card and its file, and where on the card it is put right. */
export const cardProblemSchema = z.object({ field: importCardSchema.keyof(), text: z.string() })
export type CardProblem = z.infer<typeof cardProblemSchema>

const foreignTensorSchema = z.object({
  name: z.string(),
  /** null: of a type that Sagitta does not use. */
  dtype: z.string().nullable(),
  /** Sizes; a name or `?` where the file leaves one open; null where it leaves all open. */
  shape: z.array(z.union([z.number(), z.string()])).nullable(),
})
export type ForeignTensor = z.infer<typeof foreignTensorSchema>

/** What can be told of a model made elsewhere before its card is filled in. */
export const foreignModelSchema = z.object({
  file: z.string(),
  bytes: z.number().int(),
  /** Program that wrote it. */
  producer: z.string(),
  inputs: z.array(foreignTensorSchema),
  outputs: z.array(foreignTensorSchema),
  /** Orders of the input's axes that fit its sizes, the usual first. */
  axes: z.array(z.string()),
  /** Fields of the card that the file itself tells, and how it does. */
  suggested: z.array(z.object({ field: importCardSchema.keyof(), value: z.unknown(), why: z.string() })),
  /** Why it can't be taken whatever its card says, in words; empty when it can. */
  refusals: z.array(z.string()),
})
export type ForeignModel = z.infer<typeof foreignModelSchema>

/** For the message about a field that is missing: an example, and what it says. */
export const IMPORT_CARD_FIELDS: Readonly<
  Record<ImportCardField, { readonly example: unknown; readonly says: string }>
> = {
  name: { example: 'Lung, 2-D', says: 'what it is called in lists' },
  description: { example: 'Left and right lung in chest CT.', says: 'what it is good for, and what not' },
  modality: { example: 'CT', says: 'kind of scan it was trained on' },
  licence: { example: 'Apache-2.0', says: 'terms it may be used under' },
  source: { example: 'A. Author 2021, trained on …', says: 'who made it, from what' },
  input: { example: 'image', says: 'name of the tensor that takes the image' },
  output: { example: 'logits', says: 'name of the tensor with the answer' },
  axes: { example: 'NCHW', says: 'order of the axes: N images, C channels, H rows, W columns' },
  outputAxes: { example: 'NCHW', says: "order of the answer's axes" },
  answer: { example: 'logits', says: '"logits" before, "probabilities" after softmax or sigmoid, or "labels"' },
  activation: { example: 'softmax', says: '"softmax": one label per pixel; "sigmoid": each channel yes or no' },
  threshold: { example: 0.5, says: 'probability from which a sigmoid channel is yes' },
  labels: {
    example: [
      { value: 0, name: 'background' },
      { value: 1, name: 'lung' },
    ],
    says: 'what each channel stands for, in order; value 0 is background',
  },
  orientation: { example: 'LPS', says: 'which way columns, rows and slices run: LPS as radiology shows axial slices' },
  spacingMm: { example: [1, 1, null], says: 'mm of a pixel: columns, rows, slices; null keeps the scan as it is' },
  crop: { example: { above: -500 }, says: 'cut to the body: box around what is above this value' },
  clip: { example: [-1000, 400], says: "range that values are clipped to, in the scan's unit (HU for CT), or null" },
  normalization: {
    example: { low: -1000, high: 400 },
    says: '{"low","high"} to 0..1, {"mean","sd"}, or {"perImage":"z-score"|"unit-range"}',
  },
  channels: { example: 'copies', says: 'several input channels: "copies" of the slice, or its "neighbours"' },
  neighboursMm: { example: null, says: 'mm between neighbours' },
  size: { example: [256, 256], says: 'rows and columns it was trained with' },
  multiple: { example: 32, says: 'rows and columns must be multiples of this (2 to the number of poolings)' },
  overlap: { example: 0.5, says: 'share by which windows overlap' },
  fit: { example: 'windows', says: '"windows" keeps the scale, "resize" stretches each slice' },
  padding: { example: 'edge', says: 'what lies beyond the border: "edge" repeats it, "constant" is 0' },
}
