// A run's state on disk: weights, optimiser, step and what was best, in one file that is replaced as a whole (CASES T08).
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { SagittaError } from '#common/errors'
import { metricsRowSchema } from '#common/ipc/training'
import { writeAtomic } from '../files/atomic'

/** File: this text and a newline, the header as one line of JSON, then the tensors as float32 little endian, one after the other. */
const MAGIC = 'sagitta-checkpoint 1'

export const progressSchema = z.object({
  /** Steps done. Every random choice follows from the seed and the step: no generator's state is needed. */
  step: z.number().int().nonnegative(),
  /** Seconds of training so far. */
  seconds: z.number(),
  /** Sums of the outputs of the current epoch's steps. */
  sums: z.record(z.string(), z.number()),
  best: z.object({ epoch: z.number().int(), metrics: metricsRowSchema }).nullable(),
  /** Epochs since the best one, and epochs whose prediction was all background, both in a row. */
  sinceBest: z.number().int(),
  allBackground: z.number().int(),
  /** Epochs in a row in which the units of a VAE's code said nothing. */
  collapsed: z.number().int().default(0),
})
export type Progress = z.infer<typeof progressSchema>

const headerSchema = z.object({
  configHash: z.string(),
  progress: progressSchema,
  tensors: z.array(z.object({ name: z.string(), length: z.number().int().nonnegative() })),
})

export interface Checkpoint {
  readonly configHash: string
  readonly progress: Progress
  readonly state: ReadonlyMap<string, Float32Array>
}

/** @throws disk-full, not-writable: the previous checkpoint still holds. */
export async function saveCheckpoint(path: string, { configHash, progress, state }: Checkpoint): Promise<void> {
  const tensors = [...state].map(([name, { length }]) => ({ name, length }))
  const header = JSON.stringify({ configHash, progress, tensors } satisfies z.input<typeof headerSchema>)
  const data = [...state.values()].map(values => new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  await mkdir(dirname(path), { recursive: true })
  await writeAtomic(path, [`${MAGIC}\n${header}\n`, ...data])
}

/** @throws not-found; corrupt-file when it is no checkpoint or was cut short; not-finite naming the file and the tensor. */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readFile(path)
  const headerStart = bytes.indexOf(10) + 1
  const dataStart = bytes.indexOf(10, headerStart) + 1
  if (headerStart === 0 || dataStart === 0 || bytes.toString('utf8', 0, headerStart - 1) !== MAGIC) throw corrupt(path)
  const { configHash, progress, tensors } = parseHeader(path, bytes.toString('utf8', headerStart, dataStart - 1))
  const expected = tensors.reduce((sum, { length }) => sum + 4 * length, 0)
  if (bytes.length - dataStart !== expected) throw corrupt(path)
  const state = new Map<string, Float32Array>()
  let at = dataStart
  for (const { name, length } of tensors) {
    // Copied: the values need not be aligned in the file.
    const values = new Float32Array(new Uint8Array(bytes.subarray(at, at + 4 * length)).buffer)
    refuseNotFinite(path, name, values)
    state.set(name, values)
    at += 4 * length
  }
  return { configHash, progress, state }
}

/** A run never saves such values: the file was damaged or changed by others. Training on would lose everything without a word. */
function refuseNotFinite(path: string, name: string, values: Float32Array): void {
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong < 0) return
  throw new SagittaError(
    'not-finite',
    `${path} holds ${values[wrong]} in ${name}, at ${wrong} of ${values.length}. The run's best model is a file of its own and is not affected; start the training again.`,
    { path, tensor: name, index: wrong },
  )
}

function parseHeader(path: string, text: string): z.output<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(text))
  } catch {
    throw corrupt(path)
  }
}

const corrupt = (path: string): SagittaError =>
  new SagittaError(
    'corrupt-file',
    `${path} is no checkpoint, or it was cut short. The run's best model is a file of its own and is not affected; start the training again.`,
    { path },
  )
