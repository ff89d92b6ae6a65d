// The geometry vocabulary: spaces, the affine, and what a volume's slices say about themselves (DESIGN §4).
import { z } from 'zod'

declare const space: unique symbol

/** A point in patient space: LPS millimetres (x to the patient's left, y to posterior, z to superior). PS3.3 C.7.6.2.1.1. */
export type PointLps = readonly [x: number, y: number, z: number] & { readonly [space]?: 'lps' }
/** A point in voxel space: continuous (column i, row j, slice k); integers are voxel centres. */
export type PointIjk = readonly [i: number, j: number, k: number] & { readonly [space]?: 'ijk' }
export type Vec3 = readonly [number, number, number]

/** A 4x4 matrix, row-major, that takes homogeneous voxel (i, j, k, 1) to LPS mm (x, y, z, 1). */
export type Affine = readonly number[]

export const affineSchema = z.array(z.number()).length(16)

export const VERDICT_KINDS = ['uniform', 'gaps', 'duplicates', 'tilted', 'irregular', 'none'] as const
export type VerdictKind = (typeof VERDICT_KINDS)[number]

/**
 * What the slice positions say. `details` is a sentence for people; `files` are the ones at fault (empty when uniform).
 * `gaps` and `irregular` have no single affine.
 */
export const verdictSchema = z.object({
  kind: z.enum(VERDICT_KINDS),
  details: z.string(),
  files: z.array(z.string()),
  /** Degrees between the slice step and the slice normal; null unless tilted. */
  tiltDegrees: z.number().nullable(),
  /** One entry per gap: its size beyond the usual step, after which position. */
  gaps: z.array(z.object({ afterSlice: z.number().int(), afterPositionMm: z.number(), missingMm: z.number() })),
})
export type Verdict = z.infer<typeof verdictSchema>

/** Where a volume's voxels are. Shapes are [i, j, k] = [columns, rows, slices]; spacing is [x, y, z] along those axes in mm. */
export const gridSchema = z.object({
  size: z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]),
  spacingMm: z.tuple([z.number(), z.number(), z.number()]),
  /** null when no single affine describes the slices (gaps, irregular) or nothing is known about space (none). */
  affineLps: affineSchema.nullable(),
  /** Position of every slice along the normal, mm, ascending; null without geometry. */
  slicePositionsMm: z.array(z.number()).nullable(),
  /** Row and column direction cosines (ImageOrientationPatient), 6 numbers; null without geometry. */
  orientation: z.array(z.number()).length(6).nullable(),
  verdict: verdictSchema,
})
export type Grid = z.infer<typeof gridSchema>
