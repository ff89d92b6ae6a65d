// runs/<id>/: config, metrics, checkpoint, model, card, and the small file that says how the run stands.
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { asSagittaError, SagittaError } from '#common/errors'
import type { TrainResult } from '#common/ipc/training'
import {
  LAST_CHECKPOINT,
  RUN_CARD,
  RUN_CHECKPOINTS,
  RUN_CONFIG,
  RUN_INPUTS,
  RUN_MODEL,
  RUN_STATE,
  runInputsSchema,
  runStateSchema,
  type RunState,
} from '#common/project/run'
import { writeAtomic } from '../files/atomic'

export class RunFolder {
  private constructor(
    readonly path: string,
    private readonly createdAt: string,
  ) {}

  get model(): string {
    return join(this.path, RUN_MODEL)
  }

  get checkpoint(): string {
    return join(this.path, RUN_CHECKPOINTS, LAST_CHECKPOINT)
  }

  /** Makes the folder where it is missing. @throws not-writable, disk-full. */
  static async open(path: string, config: object): Promise<RunFolder> {
    await mkdir(path, { recursive: true })
    const folder = new RunFolder(path, (await earlierState(path))?.createdAt ?? new Date().toISOString())
    await folder.write(RUN_CONFIG, config)
    return folder
  }

  /** Says how the run stands, from its beginning to however it ends. */
  async standing(train: () => Promise<TrainResult>): Promise<TrainResult> {
    await this.setState('running')
    try {
      const result = await train()
      await this.setState(result.state)
      return result
    } catch (thrown) {
      const error = asSagittaError(thrown)
      await this.setState(error.code === 'cancelled' ? 'stopped' : 'failed', error.message)
      throw error
    }
  }

  private async setState(state: RunState['state'], message: string | null = null): Promise<void> {
    await this.write(RUN_STATE, {
      version: 1,
      state,
      pid: process.pid,
      createdAt: this.createdAt,
      message,
    } satisfies RunState)
  }

  /** The card that also lies in the model's metadata, for people and scripts. */
  writeCard(card: unknown): Promise<void> {
    return this.write(RUN_CARD, card)
  }

  /** Written once, when the run begins. */
  writeInputs(keys: readonly string[]): Promise<void> {
    return this.write(RUN_INPUTS, { version: 1, keys: [...keys] } satisfies z.input<typeof runInputsSchema>)
  }

  /** Keys of the prepared cases the run began with; null for runs that kept none. @throws corrupt-file */
  async inputs(): Promise<readonly string[] | null> {
    const path = join(this.path, RUN_INPUTS)
    const text = await textOf(path)
    if (text === null) return null
    try {
      return runInputsSchema.parse(JSON.parse(text)).keys
    } catch (cause) {
      throw new SagittaError(
        'corrupt-file',
        `${path} does not say what the run learnt from. Start a new run; the model so far is not affected.`,
        { path },
        { cause },
      )
    }
  }

  private write(name: string, content: unknown): Promise<void> {
    return writeAtomic(join(this.path, name), [`${JSON.stringify(content, null, 1)}\n`])
  }
}

async function earlierState(path: string): Promise<RunState | null> {
  const text = await textOf(join(path, RUN_STATE))
  return text === null ? null : (runStateSchema.safeParse(JSON.parse(text)).data ?? null)
}

/** null where there is no such file. */
async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((thrown: unknown) => {
    if (asSagittaError(thrown).code === 'not-found') return null
    throw asSagittaError(thrown)
  })
}

const INCIDENTAL: ReadonlySet<string> = new Set(['name', 'description', 'provider', 'threads', 'maxSeconds'])

/** What makes two runs the same run: everything but its name and how it is carried out. `config` is complete: its schema filled it. */
export function configHash(config: object): string {
  const rest = Object.fromEntries(Object.entries(config).filter(([key]) => !INCIDENTAL.has(key)))
  return createHash('sha256')
    .update(JSON.stringify(sorted(rest)))
    .digest('hex')
    .slice(0, 16)
}

/** Keys in one order: the hash must not depend on how a file was written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}
