// The training runs of a project, read from their folders: nothing is kept elsewhere, so nothing can disagree.
import { existsSync } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { asSagittaError } from '#common/errors'
import type { RunSummary } from '#common/ipc/project'
import { metricsRowSchema, type MetricsRow } from '#common/ipc/training'
import type { Warning } from '#common/ipc/volume'
import { keptRow } from '#common/metrics/keptRow'
import { PCA_FILE, pcaFileSchema, STAGES_FOLDER, type PcaError } from '#common/project/latentFiles'
import { RUNS_FOLDER } from '#common/project/layout'
import {
  LAST_CHECKPOINT,
  RUN_CHECKPOINTS,
  RUN_CONFIG,
  RUN_METRICS,
  RUN_MODEL,
  RUN_STATE,
  layerwiseHeadSchema,
  runHeadSchema,
  runStateSchema,
  type RunState,
} from '#common/project/run'
import { isAlive } from './processStart'

export interface Runs {
  readonly runs: RunSummary[]
  /** Run folders that can't be read: listed, not left out silently. */
  readonly warnings: Warning[]
}

/** Newest first. */
export async function readRuns(projectFolder: string): Promise<Runs> {
  const place = join(projectFolder, RUNS_FOLDER)
  if (!existsSync(place)) return { runs: [], warnings: [] }
  const runs: RunSummary[] = []
  const warnings: Warning[] = []
  for (const entry of await readdir(place, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const folder = join(place, entry.name)
    // Made a moment ago: its process has not written anything yet.
    if ((await readdir(folder)).length === 0) continue
    try {
      runs.push(await readRun(folder, entry.name))
    } catch (thrown) {
      const message = `The run ${folder} can't be read: ${asSagittaError(thrown).message}`
      warnings.push({ code: 'run-unreadable', message, files: [folder] })
    }
  }
  return { runs: runs.sort((a, b) => b.createdAt.localeCompare(a.createdAt)), warnings }
}

async function readRun(folder: string, id: string): Promise<RunSummary> {
  const config = await readJson(join(folder, RUN_CONFIG), runHeadSchema)
  const state = existsSync(join(folder, RUN_STATE)) ? await readJson(join(folder, RUN_STATE), runStateSchema) : null
  const rows = await readMetrics(join(folder, RUN_METRICS))
  const model = join(folder, RUN_MODEL)
  const last = rows.at(-1)
  const layers = config.task === 'layerwise' ? await readLayers(join(folder, RUN_CONFIG)) : null
  const pca = existsSync(join(folder, PCA_FILE)) ? await readJson(join(folder, PCA_FILE), pcaFileSchema) : null
  return {
    id,
    name: config.name || id,
    task: config.task,
    createdAt: state?.createdAt ?? (await stat(join(folder, RUN_CONFIG))).mtime.toISOString(),
    state: standing(state),
    epochs: { done: last?.epoch ?? 0, of: config.epochs },
    best: bestOf(rows, pca),
    seconds: last?.seconds ?? 0,
    resumable: isResumable(folder, standing(state)),
    ...(layers ? { layers } : {}),
    ...(pca ? { pca } : {}),
    model: existsSync(model) ? model : null,
    message: state?.message ?? null,
  }
}

/** Runs that ended early, with a checkpoint to go on from; of layerwise training one of a layer will do. */
function isResumable(folder: string, state: RunSummary['state']): boolean {
  if (state !== 'interrupted' && state !== 'stopped') return false
  const first = join(folder, STAGES_FOLDER, 'layer-1')
  return [folder, first].some(place => existsSync(join(place, RUN_CHECKPOINTS, LAST_CHECKPOINT)))
}

function standing(state: RunState | null): RunSummary['state'] {
  if (!state) return 'interrupted'
  return state.state === 'running' && !isAlive(state.pid) ? 'interrupted' : state.state
}

/** How many layers are trained before the whole, and for how many epochs each. */
async function readLayers(config: string): Promise<NonNullable<RunSummary['layers']>> {
  const { model, layerwise } = await readJson(config, layerwiseHeadSchema)
  return { count: model.widths.length, epochs: layerwise.epochs }
}

/** The epoch that the trainer kept. */
function bestOf(rows: readonly MetricsRow[], pca: PcaError | null): RunSummary['best'] {
  const best = keptRow(rows)
  if (!best) return null
  const { loss, terms } = best.validation
  const squaredError = pca ? terms?.[pca.term] : undefined
  const balancedAccuracy = terms?.['balancedAccuracy']
  return {
    ...{ epoch: best.epoch, dice: best.meanDice, loss },
    ...(squaredError === undefined ? {} : { squaredError }),
    ...(balancedAccuracy === undefined ? {} : { balancedAccuracy }),
  }
}

/** A last row that a crash cut short is left out. */
async function readMetrics(path: string): Promise<MetricsRow[]> {
  if (!existsSync(path)) return []
  const text = await readFile(path, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter(line => line !== '')
    .map(line => metricsRowSchema.parse(JSON.parse(line)))
}

async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  return schema.parse(JSON.parse(await readFile(path, 'utf8')))
}
