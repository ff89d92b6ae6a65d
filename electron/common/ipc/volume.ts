// What every room knows of a volume: the facts of DESIGN §5 `inspect`, shared by services, command line and renderer.
import { z } from 'zod'
import { gridSchema } from '../geometry/types'

export const warningSchema = z.object({ code: z.string(), message: z.string(), files: z.array(z.string()) })
export type Warning = z.infer<typeof warningSchema>

export const windowSchema = z.object({ center: z.number(), width: z.number(), label: z.string() })
export type WindowLevel = z.infer<typeof windowSchema>

/** An object that refers to the images of a volume: a segmentation, a structure set, a report, a presentation state. */
export const attachmentSchema = z.object({
  kind: z.enum(['segmentation', 'structure-set', 'report', 'presentation']),
  path: z.string(),
  sopInstanceUid: z.string(),
  description: z.string(),
})
export type Attachment = z.infer<typeof attachmentSchema>

/** A VOI LUT (PS3.3 C.11.2): grey levels of `bits` bits for real values from `first` on, in place of a window. */
export const voiLutSchema = z.object({
  first: z.number(),
  bits: z.number().int(),
  levels: z.array(z.number()),
  label: z.string(),
})
export type VoiLut = z.infer<typeof voiLutSchema>

export const volumeInfoSchema = gridSchema.extend({
  /** Stable on every machine: derived from UIDs and the splitting tags. */
  id: z.string(),
  patientId: z.string(),
  patientName: z.string(),
  patientSex: z.string(),
  patientAge: z.string(),
  studyUid: z.string(),
  studyDate: z.string(),
  studyDescription: z.string(),
  seriesUid: z.string(),
  seriesNumber: z.number().nullable(),
  modality: z.string(),
  description: z.string(),
  frameOfReferenceUid: z.string(),
  transferSyntaxes: z.array(z.string()),
  photometric: z.string(),
  /** 1 for grey, 3 for colour. */
  samples: z.number().int(),
  /** After rescale, padding excluded; null until pixels were read, or when all is padding. */
  valueRange: z.tuple([z.number(), z.number()]).nullable(),
  /** Values from the first to the second are padding, no measurement; absent where there is none, or where it differs between slices. */
  padding: z.tuple([z.number(), z.number()]).optional(),
  /** Of the measured values, padding excluded; only where somebody asked for it (`inspect`). The deviation is that of all values, not an estimate. */
  statistics: z.object({ count: z.number().int(), mean: z.number(), sd: z.number() }).optional(),
  /** Unit of the values: HU, or empty when unknown. */
  unit: z.string(),
  windows: z.array(windowSchema),
  frames: z.number().int(),
  /** Memory it takes when loaded, known from headers: to be said before anybody loads it. Absent in projects of older versions. */
  loadBytes: z.number().optional(),
  warnings: z.array(warningSchema),
  /** Present when an explicit VOI LUT replaces the windows. */
  voiLut: voiLutSchema.optional(),
  /** Volumes of one series that differ by time, echo, b-value…: this is number `index` (0-based) of `count` along that axis. */
  set: z.object({ id: z.string(), axis: z.string(), index: z.number().int(), count: z.number().int() }).optional(),
  /** Objects found in the same scan that refer to this volume. */
  attachments: z.array(attachmentSchema).optional(),
  /** SOPInstanceUID per slice k (with `#frame` appended for multi-frame), for provenance and for finding a moved source. */
  sopInstanceUids: z.array(z.string()),
  /** Hash of size, affine or positions, and orientation: equal for equal grids, whatever the folder. */
  geometryHash: z.string(),
  /** Folder or file it was read from. */
  source: z.string(),
})
export type VolumeInfo = z.infer<typeof volumeInfoSchema>

export const skippedSchema = z.object({ path: z.string(), reason: z.string() })
export type Skipped = z.infer<typeof skippedSchema>

export const inspectSchema = z.object({
  files: z.object({ read: z.number().int(), skipped: z.array(skippedSchema) }),
  volumes: z.array(volumeInfoSchema),
})
export type Inspection = z.infer<typeof inspectSchema>

/** One 2-D slice of real values (after rescale), row-major, `rows x columns`. */
export interface SliceData {
  columns: number
  rows: number
  samples: 1 | 3
  values: Int16Array | Float32Array | Uint8Array
}
