// Contract of the study service's files: scanning folders, volumes, thumbnails, the sample study, export.
import { z } from 'zod'
import { contract, invoke, job } from './contract'
import { inspectSchema, skippedSchema, volumeInfoSchema } from './volume'

const volume = z.object({ volumeId: z.string() })

export const scanProgressSchema = z.object({
  filesSeen: z.number().int(),
  filesRead: z.number().int(),
  skipped: z.number().int(),
  series: z.number().int(),
  /** null until the folder was walked to its end. */
  totalFiles: z.number().int().nullable(),
})

export const doneOfTotalSchema = z.object({ done: z.number(), total: z.number() })
export type DoneOfTotal = z.infer<typeof doneOfTotalSchema>

export const sampleStudySchema = z.object({
  patientId: z.string(),
  patientName: z.string(),
  dicomFolder: z.string(),
  /** Ground-truth target map, .nii.gz on the same grid. */
  truth: z.string(),
  /** The sample's habit: two patients to train on, one for honest testing. */
  use: z.enum(['train', 'test']),
})

export const sampleProgressSchema = doneOfTotalSchema.extend({
  /** A patient that can be opened from now on; each is told once. */
  ready: sampleStudySchema.nullable(),
})

/** What an evenly spaced copy of a volume would be. */
export const evenCopyPlanSchema = z.object({
  size: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  spacingMm: z.tuple([z.number(), z.number(), z.number()]),
  /** New slices inside holes of the scan, which nobody measured. */
  slicesInHoles: z.number().int(),
  bytes: z.number(),
})
export type EvenCopyPlan = z.infer<typeof evenCopyPlanSchema>

export const studyContract = contract('study', 'study', {
  /** Reads headers of everything under the paths; the volumes found stay known until the app ends. With a project open they are offered, not added. */
  scan: job(z.object({ paths: z.array(z.string()).min(1) }), scanProgressSchema, inspectSchema),
  volumes: invoke(z.object({}), z.array(volumeInfoSchema)),
  /** Reads all slices; afterwards `voxels.slice` answers from memory. */
  load: job(volume, doneOfTotalSchema, volumeInfoSchema),
  /** The middle slice, windowed to 8-bit grey (or RGB), at most 96 px on the longer side, row-major. */
  thumbnail: invoke(
    volume,
    z.object({
      columns: z.number().int(),
      rows: z.number().int(),
      samples: z.union([z.literal(1), z.literal(3)]),
      pixels: z.instanceof(Uint8Array),
    }),
  ),
  /** Writes the volume after rescale as NIfTI. Errors: no-geometry, not-writable, disk-full. */
  exportVolume: job(volume.extend({ out: z.string() }), doneOfTotalSchema, z.object({ out: z.string() })),
  /** Writes what a scan left out, by reason, as plain text. Errors: not-writable, disk-full. */
  saveIntakeReport: invoke(
    z.object({ out: z.string(), paths: z.array(z.string()), skipped: z.array(skippedSchema) }),
    z.object({ out: z.string() }),
  ),
  /** Reads no pixels. Errors: no-geometry (positions unknown, or two slices at one), unsupported-format (colour). */
  evenCopyPlan: invoke(volume, evenCopyPlanSchema),
  /**
   * Resamples slices with gaps, uneven steps or tilt to even ones (linear in the patient; labels by the nearest voxel), writes them as
   * NIfTI and adds them to the open project under the same patient. Errors: as the plan, volume-too-large, not-writable, disk-full.
   */
  makeEvenCopy: job(
    volume.extend({ out: z.string(), labels: z.boolean() }),
    doneOfTotalSchema,
    z.object({ out: z.string(), volumeId: z.string() }),
  ),
  /** Makes sure the sample study's patients exist on disk (generated on first use, one after the other) and says where. */
  sample: job(z.object({}), sampleProgressSchema, z.array(sampleStudySchema)),
  /** Memory of the study service. */
  memory: invoke(z.object({}), z.object({ rssMb: z.number() })),
})
