// sources.json: where each volume's images lie, and what finds them again when they were moved. Frozen per version.
import { z } from 'zod'
import { fileFormat } from './versioned'

const triple = z.tuple([z.number(), z.number(), z.number()])

const warningV1 = z.object({ code: z.string(), message: z.string(), files: z.array(z.string()) })

const verdictV1 = z.object({
  kind: z.enum(['uniform', 'gaps', 'duplicates', 'tilted', 'irregular', 'none']),
  details: z.string(),
  files: z.array(z.string()),
  tiltDegrees: z.number().nullable(),
  gaps: z.array(z.object({ afterSlice: z.number().int(), afterPositionMm: z.number(), missingMm: z.number() })),
})

/** The facts of a volume that a project needs to show its studies and open its labels while the images are away; a scan finds the rest. */
const volumeV1 = z.object({
  id: z.string(),
  size: z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]),
  spacingMm: triple,
  affineLps: z.array(z.number()).length(16).nullable(),
  slicePositionsMm: z.array(z.number()).nullable(),
  orientation: z.array(z.number()).length(6).nullable(),
  verdict: verdictV1,
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
  samples: z.number().int(),
  valueRange: z.tuple([z.number(), z.number()]).nullable(),
  unit: z.string(),
  windows: z.array(z.object({ center: z.number(), width: z.number(), label: z.string() })),
  frames: z.number().int(),
  warnings: z.array(warningV1),
  sopInstanceUids: z.array(z.string()),
  geometryHash: z.string(),
  source: z.string(),
})

const sourceV1 = z.object({
  volumeId: z.string(),
  /** With / between folders, from the project folder: project and images may be moved together. null across disks. */
  relativePath: z.string().nullable(),
  absolutePath: z.string(),
  addedAt: z.string(),
  volume: volumeV1,
})

const sourcesV1 = z.object({
  format: z.literal('sagitta-sources'),
  version: z.literal(1),
  sources: z.array(sourceV1),
})

/** Version 2 keeps what an image is shown by and belongs to, which version 1 lost until the images were scanned again. */
const volumeV2 = volumeV1.extend({
  loadBytes: z.number().optional(),
  voiLut: z
    .object({ first: z.number(), bits: z.number().int(), levels: z.array(z.number()), label: z.string() })
    .optional(),
  padding: z.tuple([z.number(), z.number()]).optional(),
  set: z.object({ id: z.string(), axis: z.string(), index: z.number().int(), count: z.number().int() }).optional(),
  attachments: z
    .array(
      z.object({
        kind: z.enum(['segmentation', 'structure-set', 'report', 'presentation']),
        path: z.string(),
        sopInstanceUid: z.string(),
        description: z.string(),
      }),
    )
    .optional(),
})
const sourceV2 = sourceV1.extend({ volume: volumeV2 })
const sourcesV2 = z.object({
  format: z.literal('sagitta-sources'),
  version: z.literal(2),
  sources: z.array(sourceV2),
})

export type StoredVolume = z.infer<typeof volumeV2>
export type StoredSource = z.infer<typeof sourceV2>
export type SourcesFile = z.infer<typeof sourcesV2>

const withVersion2 = (old: unknown): unknown => ({ ...(old as z.infer<typeof sourcesV1>), version: 2 })

export const SOURCES_FORMAT = fileFormat('sagitta-sources', [{ schema: sourcesV1, upgrade: withVersion2 }], sourcesV2)

/** As it is written: nothing but what the format names. */
export const sourcesFile = (sources: readonly StoredSource[]): SourcesFile =>
  sourcesV2.parse({ format: 'sagitta-sources', version: 2, sources })
