// One line of a journal: who did what when, and the voxels it changed. The form on disk (docs/format.md) and the form in memory.
import { promisify } from 'node:util'
import { deflate, deflateSync, inflateSync } from 'node:zlib'
import { z } from 'zod'
import { SagittaError } from '#common/errors'
import type { JournalEntry, SliceState } from '#common/ipc/voxels'
import { isEmpty, type Delta } from '#common/labelmap/delta'
import { decodeDelta, encodeDelta } from '#common/labelmap/deltaCodec'
import { labelV1 } from '#common/project/projectFile'

const stateV1 = z.enum(['untouched', 'complete', 'ignore'])

/** `count` slices from `k` on went from one state to another. */
const stateRunV1 = z.object({
  k: z.number().int().nonnegative(),
  count: z.number().int().positive(),
  before: stateV1,
  after: stateV1,
})
export type StateRun = z.infer<typeof stateRunV1>

export const headerV1 = z.object({
  format: z.literal('sagitta-journal'),
  version: z.literal(1),
  volumeId: z.string(),
  size: z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]),
  geometryHash: z.string(),
})
export type JournalHeader = z.infer<typeof headerV1>

const recordV1 = z.object({
  seq: z.number().int().positive(),
  at: z.string(),
  who: z.string(),
  action: z.string(),
  label: z.number().int().nullable(),
  k: z.number().int().nullable(),
  slices: z.number().int(),
  added: z.number().int(),
  removed: z.number().int(),
  text: z.string(),
  /** Undo and redo: the entry they are about. */
  target: z.number().int().positive().optional(),
  states: z.array(stateRunV1).optional(),
  /** The model whose proposal was accepted. */
  model: z.string().optional(),
  /** The label that was taken out of the table with its voxels: undo brings it back. */
  removedLabel: labelV1.optional(),
  /** Base64 of zlib of the encoded delta; absent when no voxel changed, null when compacted away. */
  voxels: z.string().nullable().optional(),
})
type RecordOnDisk = z.infer<typeof recordV1>

/** A journal entry in memory. `payload` is the compressed delta, null when no voxel changed or it was compacted away. */
export interface EditRecord extends Omit<RecordOnDisk, 'voxels'> {
  payload: Uint8Array | null
  compacted: boolean
}

export const recordLine = ({ payload, compacted, ...record }: EditRecord): string =>
  `${JSON.stringify({
    ...record,
    ...(payload ? { voxels: Buffer.from(payload).toString('base64') } : compacted ? { voxels: null } : {}),
  })}\n`

/** @throws ZodError, SyntaxError when the line is no record. */
export function parseRecord(line: string): EditRecord {
  const { voxels, ...record } = recordV1.parse(JSON.parse(line))
  return {
    ...record,
    payload: typeof voxels === 'string' ? new Uint8Array(Buffer.from(voxels, 'base64')) : null,
    compacted: voxels === null,
  }
}

/** Below this a thread costs more than the work. */
const INLINE_BYTES = 32 * 1024

/** null when no voxel changed. */
export async function packDelta(delta: Delta): Promise<Uint8Array | null> {
  if (isEmpty(delta)) return null
  const bytes = encodeDelta(delta)
  return bytes.length <= INLINE_BYTES ? deflateSync(bytes) : promisify(deflate)(bytes)
}

const NOTHING: Delta = {
  start: new Uint32Array(),
  length: new Uint32Array(),
  before: new Uint16Array(),
  after: new Uint16Array(),
}

/** @throws corrupt-file when the payload does not open or was compacted away. */
export function unpackDelta(record: EditRecord): Delta {
  if (record.compacted)
    throw new SagittaError('corrupt-file', `The voxels of edit ${record.seq} were compacted into a snapshot.`, {
      seq: record.seq,
    })
  if (!record.payload) return NOTHING
  try {
    return decodeDelta(inflateSync(record.payload))
  } catch (cause) {
    throw new SagittaError(
      'corrupt-file',
      `The voxels of edit ${record.seq} can't be read.`,
      { seq: record.seq },
      { cause },
    )
  }
}

/** Consecutive slices that change alike share a run. */
export function stateRuns(slices: Iterable<number>, before: readonly SliceState[], after: SliceState): StateRun[] {
  const runs: StateRun[] = []
  for (const k of [...new Set(slices)].sort((a, b) => a - b)) {
    const was = before[k]
    if (was === undefined || was === after) continue
    const last = runs.at(-1)
    if (last && last.k + last.count === k && last.before === was) last.count++
    else runs.push({ k, count: 1, before: was, after })
  }
  return runs
}

export const invertStates = (runs: readonly StateRun[]): StateRun[] =>
  runs.map(run => ({ ...run, before: run.after, after: run.before }))

export const asEntry = (record: EditRecord, undone: boolean): JournalEntry => ({
  seq: record.seq,
  at: record.at,
  who: record.who,
  action: record.action,
  label: record.label,
  k: record.k,
  slices: record.slices,
  voxelsAdded: record.added,
  voxelsRemoved: record.removed,
  text: record.text,
  undone,
})
