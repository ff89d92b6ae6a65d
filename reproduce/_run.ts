// Training runs of reproductions: resumed where a checkpoint lies, their rows read back.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  latentTrainConfigSchema,
  type LatentTrainConfig,
  type LatentTrainConfigInput,
} from '#common/latent/trainConfig'
import type { MetricsRow } from '#common/ipc/training'
import { trainLatentRun, type LatentRunOptions } from '#compute/index'

export interface Reproduction {
  readonly root: string
  /** Folder for runs of this reproduction. */
  readonly runs: string
  readonly argv: readonly string[]
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

export interface ResultRow {
  readonly row: string
  /** What the literature or PyTorch reach, and what was asked for. */
  readonly reach: string
  readonly found: string
  readonly seconds: number
}

export interface Result {
  readonly rows: readonly ResultRow[]
  readonly details?: unknown
}

/** @param prepared headers of volumes, where a source is of kind `studies`. @returns the rows of all epochs: a run that is done already is only read. */
export async function trained(
  name: string,
  input: LatentTrainConfigInput,
  { runs, argv, signal, log }: Reproduction,
  prepared: Pick<LatentRunOptions, 'headers' | 'validationHeaders'> = {},
): Promise<{ readonly folder: string; readonly rows: readonly MetricsRow[]; readonly last: MetricsRow }> {
  const folder = join(runs, name)
  const config = latentTrainConfigSchema.parse({ ...input, name, provider: 'cpu', threads: threadsOf(argv) })
  const checkpoint = join(folder, 'checkpoint', 'last.ckpt')
  const rows = (): MetricsRow[] =>
    readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as MetricsRow)
  // A run of other settings is of no use here: it starts anew. One that goes on keeps its number of threads.
  const before = existsSync(join(folder, 'config.json')) ? configIn(folder) : null
  const same = before !== null && isSame(before, config)
  const resume = same && (existsSync(checkpoint) || existsSync(join(folder, 'stages')))
  const done = resume && existsSync(join(folder, 'metrics.jsonl')) && rows().length >= config.epochs
  if (!done)
    await trainLatentRun({
      ...prepared,
      config: same ? before : config,
      folder,
      signal,
      resume,
      report: report => {
        if (report.kind === 'stage' || report.kind === 'notice') log(`${name}: ${report.text}`)
        if (report.kind === 'epoch') log(`${name}: ${epochLine(report.row)}`)
      },
    })
  const all = rows()
  return { folder, rows: all, last: all.at(-1)! }
}

/** `--threads 1`, for two reproductions side by side; null: as many as there are cores. */
function threadsOf(argv: readonly string[]): number | null {
  const { values } = parseArgs({ args: [...argv], options: { threads: { type: 'string' } }, strict: false })
  return typeof values.threads === 'string' ? Number(values.threads) : null
}

const configIn = (folder: string): LatentTrainConfig =>
  latentTrainConfigSchema.parse(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')))

/** Threads aside: they say how fast, not what is trained. */
const isSame = (a: LatentTrainConfig, b: LatentTrainConfig): boolean =>
  JSON.stringify({ ...a, threads: null }) === JSON.stringify({ ...b, threads: null })

const epochLine = ({ epoch, seconds, train, validation }: MetricsRow): string =>
  `epoch ${epoch}, ${seconds.toFixed(0)} s: train ${train.loss.toFixed(3)}, test ${validation.loss.toFixed(3)} ` +
  Object.entries(validation.terms ?? {})
    .map(([term, value]) => `${term} ${value.toFixed(3)}`)
    .join(', ')

export const fixed = (value: number | undefined, digits = 2): string =>
  value === undefined ? 'n/a' : value.toFixed(digits)
