// Where the images of an autoencoder come from, as configs and requests say it; and how they are brought to one shape and range.
import { z } from 'zod'

const count = z.number().int().positive()

/** [rows, columns] */
const planeSizeSchema = z.tuple([count, count])

/** Which of the images: by label, a few of each label, or the first ones. */
export const selectionSchema = z.object({
  /** Only images with one of these labels (class indices); null: all. */
  labels: z.array(z.number().int()).nullable().default(null),
  /** At most so many of each label, drawn from the seed; null: all. */
  perLabel: count.nullable().default(null),
  /** At most so many in all, drawn from the seed; null: all. */
  atMost: count.nullable().default(null),
  seed: z.number().int().default(0),
})
export type Selection = z.infer<typeof selectionSchema>

const shared = { select: selectionSchema.prefault({}) }

/** MNIST's own format (LeCun 1998), plain or gzipped. */
export const idxSourceSchema = z.object({
  kind: z.literal('idx'),
  images: z.string(),
  labels: z.string().nullable().default(null),
  ...shared,
})

/** MedMNIST: NPY arrays in a zip; images [count, rows, columns] or with channels last. */
export const npzSourceSchema = z.object({
  kind: z.literal('npz'),
  file: z.string(),
  images: z.string().default('train_images'),
  /** null: the entry of the same name with `labels` for `images`, where there is one. */
  labels: z.string().nullable().default(null),
  ...shared,
})

const fit = z.enum(['resize', 'crop'])

/** PNG, JPEG and TIFF files under a folder. */
export const folderSourceSchema = z.object({
  kind: z.literal('folder'),
  folder: z.string(),
  /** `folders`: the folder an image lies in is its label. */
  labels: z.enum(['none', 'folders']).default('none'),
  /** null: all images have one size, and keep it. */
  size: planeSizeSchema.nullable().default(null),
  /** How an image of another size is brought to it: resampled, or cut (and filled with its smallest value) around its centre. */
  fit: fit.default('resize'),
  colour: z.enum(['grey', 'keep']).default('grey'),
  ...shared,
})

export const studyCaseSchema = z.object({
  id: z.string(),
  patient: z.string(),
  /** DICOM folder, NIfTI or another image; in the app the id of a volume. */
  image: z.string(),
  /** Label map on the image's grid, null where there is none. */
  labels: z.string().nullable().default(null),
})

/** Slices or patches of volumes, turned the network's way (rows and columns along patient axes). */
export const studySourceSchema = z.object({
  kind: z.literal('studies'),
  cases: z.array(studyCaseSchema).min(1),
  unit: z.enum(['slices', 'patches']).default('slices'),
  size: planeSizeSchema,
  /** Slices: resampled, or cut around their centre. Patches are always cut. */
  fit: fit.default('resize'),
  /** Pixels from one patch to the next; null: the patch's size, side by side. */
  step: count.nullable().default(null),
  /** Only voxels of this box of the acquired grid, [i, j, k] of the first and of the one behind the last; null: all. */
  box: z
    .object({ from: z.tuple([z.number(), z.number(), z.number()]), to: z.tuple([z.number(), z.number(), z.number()]) })
    .nullable()
    .default(null),
  /** Slices are cut to the box around the body (above this value) before they are fitted; null: whole slices. */
  crop: z.object({ above: z.number() }).nullable().default(null),
  /** The class list of label maps; an image's label is the class that most of its labelled pixels have, 0 where none is. */
  classes: z.array(z.object({ value: z.number().int().positive(), name: z.string() })).default([]),
  /** `showing`: only images that show one of the classes; `free`: only images that show none. */
  keep: z.enum(['all', 'showing', 'free']).default('all'),
  /** Label values that `keep` looks at; null: those of all classes. */
  keepBy: z.array(z.number().int().positive()).nullable().default(null),
  /** `centre`: a patch is labelled by the pixel in its middle: classification of pixels. */
  labelBy: z.enum(['most', 'centre']).default('most'),
  ...shared,
})

export const imageSourceSchema = z.discriminatedUnion('kind', [
  idxSourceSchema,
  npzSourceSchema,
  folderSourceSchema,
  studySourceSchema,
])
export type ImageSourceConfig = z.infer<typeof imageSourceSchema>
export type StudySourceConfig = z.infer<typeof studySourceSchema>
export type FolderSourceConfig = z.infer<typeof folderSourceSchema>

/** Raw values from `low` to `high` become 0 to 1; what lies outside is clipped. */
export const scaleSchema = z
  .object({ low: z.number(), high: z.number() })
  .refine(({ low, high }) => low < high, 'The low end of the scale must be below the high end.')
export type Scale = z.infer<typeof scaleSchema>

/** How images come to the network: the source's own settings without its files. */
export const preparationSchema = z.object({
  kind: z.enum(['idx', 'npz', 'folder', 'studies']),
  unit: z.enum(['images', 'slices', 'patches']),
  fit: z.enum(['resize', 'crop']),
  step: z.number().int().positive().nullable(),
  crop: z.object({ above: z.number() }).nullable(),
  colour: z.enum(['grey', 'keep']),
  /** Of patches: what their label says; absent where there are none, and in older files. */
  labelBy: z.enum(['most', 'centre']).optional(),
})
export type Preparation = z.infer<typeof preparationSchema>
