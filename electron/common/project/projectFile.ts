// project.json: name, label table, and which snapshot each label map starts from. Frozen per version: a change needs a version 2 and a step.
import { z } from 'zod'
import { fileFormat } from './versioned'

const codeV1 = z.object({ scheme: z.string(), value: z.string(), meaning: z.string() })

export const labelV1 = z.object({
  value: z.number().int().min(1).max(65535),
  name: z.string().min(1),
  color: z.string().regex(/^#[0-9a-f]{6}$/),
  category: codeV1.nullable(),
  type: codeV1.nullable(),
  locked: z.boolean(),
  visible: z.boolean(),
})

const labelMapV1 = z.object({
  /** Size and hash of the grid the map was drawn on. */
  size: z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]),
  geometryHash: z.string(),
  /** The journal is replayed from here; null: from an empty map. `file` is relative to the project folder. */
  snapshot: z.object({ file: z.string(), seq: z.number().int().nonnegative() }).nullable(),
})

const projectV1 = z.object({
  format: z.literal('sagitta-project'),
  version: z.literal(1),
  id: z.string().min(1),
  name: z.string().min(1),
  /** Made for a scan that was opened without a project. */
  scratch: z.boolean(),
  createdAt: z.string(),
  savedAt: z.string(),
  labels: z.array(labelV1).refine(unique, 'two labels have the same value'),
  labelMaps: z.record(z.string(), labelMapV1),
})

function unique(labels: readonly { value: number }[]): boolean {
  return new Set(labels.map(label => label.value)).size === labels.length
}

export type StoredLabel = z.infer<typeof labelV1>
export type StoredLabelMap = z.infer<typeof labelMapV1>
export type ProjectFile = z.infer<typeof projectV1>

export const PROJECT_FORMAT = fileFormat('sagitta-project', [], projectV1)
