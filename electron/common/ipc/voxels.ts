// Contract of what travels by MessagePort straight between renderer and study service: slices, strokes, undo, the journal.
import { z } from 'zod'
import { contract, event, invoke, job } from './contract'
import { doneOfTotalSchema } from './study'
import type { SliceData } from './volume'

const volume = z.object({ volumeId: z.string() })

/** DESIGN §4: only `complete` slices teach background. */
export const SLICE_STATES = ['untouched', 'complete', 'ignore'] as const
export const sliceStateSchema = z.enum(SLICE_STATES)
export type SliceState = z.infer<typeof sliceStateSchema>

const values = z.custom<SliceData['values']>(
  value => value instanceof Int16Array || value instanceof Float32Array || value instanceof Uint8Array,
  'not an Int16Array, Float32Array or Uint8Array',
)

/** Which voxels a brush may change: those of no label, those whose label is not locked, or all but the locked. */
export const PAINT_OVER = ['empty', 'unlocked'] as const
export const paintOverSchema = z.enum(PAINT_OVER)
export type PaintOver = z.infer<typeof paintOverSchema>

/** Brush samples in continuous voxel coordinates (column i, row j) of slice k; swept as capsules between samples. */
export const strokeSchema = z.object({
  volumeId: z.string(),
  k: z.number().int().nonnegative(),
  points: z.array(z.tuple([z.number(), z.number()])).min(1),
  radiusMm: z.number().positive(),
  tool: z.enum(['brush', 'eraser']),
  /** Label value to paint; for the eraser: the label to erase, or null for every unlocked one. */
  label: z.number().int().positive().nullable(),
  paintOver: paintOverSchema,
})
export type Stroke = z.infer<typeof strokeSchema>

export const journalEntrySchema = z.object({
  seq: z.number().int(),
  at: z.string(),
  who: z.string(),
  /** brush, eraser, accept, import, state, undo, redo, label … */
  action: z.string(),
  label: z.number().int().nullable(),
  /** First slice the edit touched, null when it touched none (lock, rename). */
  k: z.number().int().nullable(),
  slices: z.number().int(),
  voxelsAdded: z.number().int(),
  voxelsRemoved: z.number().int(),
  /** Sentence for people: "Brush, Lesion". */
  text: z.string(),
  undone: z.boolean(),
})
export type JournalEntry = z.infer<typeof journalEntrySchema>

/** Voxels per label value; the renderer turns them into mL with the grid. */
const counts = z.array(z.object({ value: z.number().int(), voxels: z.number().int(), volumeMl: z.number().nullable() }))

export const labelMapStateSchema = z.object({
  volumeId: z.string(),
  /** Last journal entry on disk. */
  seq: z.number().int(),
  counts,
  states: z.array(sliceStateSchema),
  /** Per slice: which label values occur (for the slice bar). */
  sliceLabels: z.array(z.array(z.number().int())),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
  journalBytes: z.number().int(),
  journalEdits: z.number().int(),
})
export type LabelMapState = z.infer<typeof labelMapStateSchema>

/** The answer to every edit: it is in the journal file now. */
export const editAckSchema = z.object({
  entry: journalEntrySchema,
  state: labelMapStateSchema,
  /** Slices whose pixels differ from before; the renderer fetches those it shows. */
  changedSlices: z.array(z.number().int()),
})
export type EditAck = z.infer<typeof editAckSchema>

export const proposalSchema = z.object({
  proposalId: z.string(),
  volumeId: z.string(),
  model: z.string(),
  counts,
  sliceLabels: z.array(z.array(z.number().int())),
})
export type Proposal = z.infer<typeof proposalSchema>

export const voxelsContract = contract('voxels', 'study', {
  /** One acquisition-plane slice of real values (HU for CT), row-major. Reads just that slice when the volume isn't loaded. */
  slice: invoke(
    volume.extend({ k: z.number().int().nonnegative() }),
    z.object({
      columns: z.number().int(),
      rows: z.number().int(),
      samples: z.union([z.literal(1), z.literal(3)]),
      values,
    }),
  ),
  /** Label values of one slice, row-major; 0 = background. */
  labelSlice: invoke(
    volume.extend({ k: z.number().int().nonnegative() }),
    z.object({ values: z.instanceof(Uint16Array) }),
  ),
  /** Opens (or makes) the label map of a volume and replays its journal. */
  openLabels: invoke(volume, labelMapStateSchema),
  stroke: invoke(strokeSchema, editAckSchema),
  undo: invoke(volume, editAckSchema),
  redo: invoke(volume, editAckSchema),
  setSliceState: invoke(
    volume.extend({ slices: z.array(z.number().int()).min(1), state: sliceStateSchema }),
    editAckSchema,
  ),
  /** Newest first. */
  journal: invoke(volume.extend({ limit: z.number().int().positive() }), z.array(journalEntrySchema)),
  /** A label map from a file on the same grid replaces the current one, as one undoable edit. Errors: grid-mismatch, label-values-unexpected. */
  importLabels: job(volume.extend({ path: z.string(), complete: z.boolean() }), doneOfTotalSchema, editAckSchema),
  /** Label map as NIfTI, reread and compared before the answer. */
  exportLabels: job(
    volume.extend({ out: z.string() }),
    doneOfTotalSchema,
    z.object({ out: z.string(), bytes: z.number().int(), counts }),
  ),
  /** One slice of a model's proposal, in the label values of the project. */
  proposalSlice: invoke(
    z.object({ proposalId: z.string(), k: z.number().int().nonnegative() }),
    z.object({ values: z.instanceof(Uint16Array) }),
  ),
  /** Takes a proposal into the label map as one edit; locked labels keep their voxels. Accepted slices stay `untouched` until a person completes them. */
  acceptProposal: invoke(
    z.object({ proposalId: z.string(), labels: z.array(z.number().int()).nullable() }),
    editAckSchema,
  ),
  discardProposal: invoke(z.object({ proposalId: z.string() }), z.object({})),
  labelsChanged: event(z.object({ volumeId: z.string() })),
})
