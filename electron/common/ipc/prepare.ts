// What the study service prepares for the compute processes: raw files on the network's grid, and facts about cases. Between services, never for the renderer.
import { z } from 'zod'
import { gridSchema } from '../geometry/types'
import { contract, job } from './contract'
import { doneOfTotalSchema } from './study'
import { preprocessingSchema } from './training'

/** The class list of a run: class n > 0 stands for `values[n - 1]`. */
export const classTableSchema = z.object({ values: z.array(z.number().int().positive()).max(254) })

const planeSchema = z.object({
  columns: z.number().int().positive(),
  rows: z.number().int().positive(),
  slices: z.number().int().positive(),
})

/**
 * The JSON beside a prepared case's raw files; it is written last, so that where it exists the files are whole.
 * Raw files are little endian, slice after slice, row-major, in the header's folder.
 */
export const preparedHeaderSchema = z.object({
  format: z.literal(1),
  /** Hash of sources, preprocessing and class table: another value, another file. */
  key: z.string(),
  /** File or folder the image came from, for messages. */
  image: z.string(),
  modality: z.string(),
  /** The grid the image was acquired on: results go back there. */
  grid: gridSchema,
  preprocessing: preprocessingSchema,
  /** The part of the turned slices that was kept, in acquired pixels. */
  box: z.object({
    left: z.number().int().nonnegative(),
    top: z.number().int().nonnegative(),
    columns: z.number().int().positive(),
    rows: z.number().int().positive(),
  }),
  /** Size of a network slice before padding. */
  network: planeSchema,
  spacingMm: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  /** float32 normalised values. */
  values: z.string(),
  /** Absent for images prepared for inference. */
  target: z
    .object({
      /** uint8 class per pixel. */
      classes: z.string(),
      /** File the labels came from, for messages. */
      source: z.string(),
      table: classTableSchema,
      /** Per slice, 1 where somebody said that the slice is complete: only there it teaches and is judged. */
      weights: z.array(z.number().min(0).max(1)),
      /** Pixels per slice and class, background included. */
      counts: z.array(z.array(z.number().int().nonnegative())),
    })
    .nullable(),
  notices: z.array(z.string()),
})
export type PreparedHeader = z.infer<typeof preparedHeaderSchema>

/** Facts of a labelled case from which a run's settings are chosen (nnU-Net's "fingerprint", Isensee et al. 2021). */
export const fingerprintSchema = z.object({
  /** Turned the network's way, on the acquired grid. */
  size: planeSchema,
  /** Of the box around everything but air (above -500 HU), for CT; null where there is no air to crop. */
  body: z.object({ columns: z.number().int().positive(), rows: z.number().int().positive() }).nullable(),
  spacingMm: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  modality: z.string(),
  /** Of the whole image, in its unit (HU for CT). */
  range: z.tuple([z.number(), z.number()]),
  /**
   * Intensities under each label of the class list in completed slices; null for a label that occurs in none. The 16th, 50th and 84th
   * percentile: of a normal distribution, mean and one standard deviation to both sides.
   */
  labels: z.array(
    z
      .object({ voxels: z.number().int(), percentile16: z.number(), median: z.number(), percentile84: z.number() })
      .nullable(),
  ),
  complete: z.array(z.boolean()),
  /** Voxels per slice and class (class list's order, background first), completed slices only. */
  counts: z.array(z.array(z.number().int().nonnegative())),
})
export type Fingerprint = z.infer<typeof fingerprintSchema>

const volumes = z.object({ volumeIds: z.array(z.string()).min(1), table: classTableSchema })

export const prepareContract = contract('prepare', 'study', {
  /** Errors: label-values-unexpected, no-training-data, not-finite. One fingerprint per volume, in order. */
  fingerprint: job(volumes, doneOfTotalSchema, z.array(fingerprintSchema)),
  /** Cache files with image and classes; answers the paths of their headers, in order. */
  cases: job(volumes.extend({ preprocessing: preprocessingSchema }), doneOfTotalSchema, z.array(z.string())),
  /** Cache file of an image alone, for inference; answers the path of its header. */
  image: job(
    z.object({ volumeId: z.string(), preprocessing: preprocessingSchema }),
    doneOfTotalSchema,
    z.object({ header: z.string() }),
  ),
})
