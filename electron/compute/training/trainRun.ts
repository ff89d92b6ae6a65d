// One training run from its config and prepared cases to its run folder: what the command line and the training process both call.
import { basename } from 'node:path'
import { SagittaError } from '#common/errors'
import { preprocessingSchema, type TrainConfig, type TrainProgress, type TrainResult } from '#common/ipc/training'
import { sizeMultiple } from '#models/architectures/unet'
import { classCounts } from '../datasets/classCounts'
import { imageFacts } from '../datasets/imageFacts'
import { PreparedCase } from '../datasets/preparedCase'
import { SliceCache } from '../datasets/sliceCache'
import type { Split, SplitCase } from '../datasets/sliceSets'
import { decisionOf } from '../inference/decide'
import { median } from '../median'
import { splitCases, WITHIN_STUDY_CAVEAT } from '../datasets/split'
import { toProperties, type ModelFacts, type ModelMetadata } from '../modelFile/metadata'
import { trainedOn, type TrainedOn } from '../modelFile/trainedOn'
import type { SessionOptions } from '../runtime/openSession'
import { ProgramSession } from '../runtime/programSession'
import { StateTensors } from '../runtime/stateTensors'
import { versions } from '../versions'
import { loadCheckpoint, saveCheckpoint, type Progress } from './checkpoint'
import { trainingLoop, type LoopResult } from './loop'
import { MetricsLog } from './metricsLog'
import { START } from './progress'
import { configHash, RunFolder } from './runFolder'
import { chooseSession, throttled } from './sessionChoice'
import { neighboursOf, segmentationNetwork, SegmentationTask, type SegmentationNetwork } from './segmentationTask'

export interface TrainRunOptions {
  /** Complete: preprocessing, patch and steps are chosen (see `planRun`). */
  readonly config: TrainConfig
  /** Headers of the prepared cases, in the order of the config's cases. */
  readonly headers: readonly string[]
  readonly folder: string
  /** Goes on from the folder's last checkpoint. */
  readonly resume?: boolean
  /** Bytes of weights from which on they go into a file beside the model; absent: those that one file cannot hold (2 GB). */
  readonly weightsBesideAbove?: number | undefined
  readonly signal: AbortSignal
  readonly report: (progress: TrainProgress) => void
  readonly checkpointWanted?: () => (() => void) | null
}

/** Prepared slices kept in memory. */
const CACHE_BYTES = 512 * 2 ** 20

/**
 * @throws split-overlap, no-training-data, config-invalid, provider-unavailable, not-finite, disk-full, cancelled, corrupt-file. The run's
 *   state file says how it ended; a best model, once there, is kept whatever happens.
 */
export async function trainRun(options: TrainRunOptions): Promise<TrainResult> {
  const folder = await RunFolder.open(options.folder, options.config)
  // A refusal leaves the run as it stands: with the labels back, it can go on.
  if (options.resume) await refuseOtherInputs(options, folder)
  return folder.standing(() => train(options, folder))
}

async function train(options: TrainRunOptions, folder: RunFolder): Promise<TrainResult> {
  const { config, report } = options
  const cases = openCases(options)
  try {
    if (!options.resume) await folder.writeInputs(cases.map(({ header }) => header.key))
    const split = splitCases(
      cases.map(splitCaseOf(config)),
      config.dataset.labels.map(label => label.name),
      config.split,
    )
    for (const text of split.notices) report({ kind: 'notice', code: 'split', text })
    report({ kind: 'stage', stage: 'building', text: 'Building the network and its training step' })
    const network = segmentationNetwork(config)
    const session = await chooseSession({ ...config, signal: options.signal, report })
    const neighbours = { count: neighboursOf(config), mm: sliceDistance(cases) }
    const learntFrom = trainedOn(split.train.map(({ caseIndex }) => imageFacts(cases[caseIndex]!)))
    return await runLoop(options, folder, { cases, split, network, session, neighbours, learntFrom })
  } finally {
    for (const one of cases) one.close()
  }
}

interface Parts {
  readonly cases: readonly PreparedCase[]
  readonly split: Split
  readonly network: SegmentationNetwork
  readonly session: SessionOptions
  readonly neighbours: ModelFacts['network']['neighbours']
  readonly learntFrom: TrainedOn
}

async function runLoop(options: TrainRunOptions, folder: RunFolder, parts: Parts): Promise<TrainResult> {
  const { config, report } = options
  const { network, session } = parts
  const hash = configHash(config)
  const start = await startOf(options, folder, network, hash)
  const stepsPerEpoch = stepsOf(config)
  const task = new SegmentationTask({
    ...parts,
    config,
    padding: preprocessingSchema.parse(config.preprocessing).padding,
    modelPath: folder.model,
    weightsBesideAbove: options.weightsBesideAbove,
    metadata: row => toProperties(metadataOf(config, parts, row, basename(folder.path))),
  })
  report({ kind: 'stage', stage: 'warming-up', text: `Starting on ${session.provider}; the first steps are slower` })
  const program = await ProgramSession.open(network.programs.train, session)
  const log = await MetricsLog.open(folder.path, Math.floor(start.progress.step / stepsPerEpoch))
  const state = new StateTensors(network.programs.train.state, start.state, session.provider)
  try {
    report({ kind: 'stage', stage: 'training', text: 'Training' })
    const ended = await trainingLoop({
      task,
      session: program,
      state,
      from: start.progress,
      epochs: config.epochs,
      stepsPerEpoch,
      maxSeconds: config.maxSeconds,
      patience: config.patience,
      seed: config.seed,
      provider: session.provider,
      log,
      save: async progress =>
        saveCheckpoint(folder.checkpoint, { configHash: hash, progress, state: await state.snapshot() }),
      checkpointWanted: options.checkpointWanted ?? (() => null),
      report: throttled(report),
      signal: options.signal,
    })
    return await finish(options, folder, parts, ended)
  } finally {
    await log.close()
    await task.release()
    await state.release()
    await program.release()
  }
}

async function finish(
  options: TrainRunOptions,
  folder: RunFolder,
  parts: Parts,
  ended: LoopResult,
): Promise<TrainResult> {
  const { best, seconds } = ended.progress
  if (!best) throw new SagittaError('internal', 'The training ended without having judged an epoch.')
  options.report({ kind: 'stage', stage: 'exporting', text: 'Writing the model card' })
  await folder.writeCard(metadataOf(options.config, parts, best.metrics, basename(folder.path)))
  return {
    run: folder.path,
    model: folder.model,
    best,
    seconds,
    provider: parts.session.provider,
    state: ended.state,
  }
}

/** A checkpoint knows its settings, not the labels: those of a resumed run must be the ones it began with. @throws config-invalid */
async function refuseOtherInputs(options: TrainRunOptions, folder: RunFolder): Promise<void> {
  const before = await folder.inputs()
  if (before === null) return
  const cases = openCases(options)
  const changed = cases.filter(({ header }, n) => header.key !== before[n]).map(({ id }) => id)
  for (const one of cases) one.close()
  if (changed.length === 0) return
  throw new SagittaError(
    'config-invalid',
    `Labels or complete slices of ${changed.join(', ')} changed since the run began, so it can't go on as if they had not. Start a new run with them; the model so far is kept.`,
    { run: folder.path, cases: changed },
  )
}

function openCases({ config, headers }: TrainRunOptions): PreparedCase[] {
  const { cases } = config.dataset
  if (headers.length !== cases.length)
    throw new SagittaError('internal', `${headers.length} prepared cases were given for ${cases.length} cases.`)
  const cache = new SliceCache(CACHE_BYTES)
  const opened: PreparedCase[] = []
  try {
    for (const [n, header] of headers.entries()) opened.push(PreparedCase.open(header, cases[n]!, cache))
    return opened
  } catch (thrown) {
    for (const one of opened) one.close()
    throw thrown
  }
}

const splitCaseOf =
  (config: TrainConfig) =>
  (one: PreparedCase, index: number): SplitCase => {
    const { id, patient, study, series, part } = config.dataset.cases[index]!
    const { weights, counts } = one.header.target!
    return { id, patient, study, series, part, complete: weights.map(weight => weight > 0), counts }
  }

/** Median over the cases, null when one says nothing about space. */
function sliceDistance(cases: readonly PreparedCase[]): number | null {
  const distances = cases.flatMap(({ header }) => header.spacingMm?.[2] ?? [])
  return distances.length === cases.length ? median(distances) : null
}

async function startOf(
  { config, resume }: TrainRunOptions,
  folder: RunFolder,
  { programs }: SegmentationNetwork,
  hash: string,
): Promise<{ progress: Progress; state: ReadonlyMap<string, Float32Array> }> {
  if (resume) {
    const saved = await loadCheckpoint(folder.checkpoint)
    if (saved.configHash === hash) return saved
    throw new SagittaError(
      'config-invalid',
      `${folder.path} was trained with other settings and cannot go on with these. Resume it with its own config, or start a new run with "startFrom": its checkpoint.`,
      { run: folder.path },
    )
  }
  const initial = programs.initialState(config.seed)
  if (config.startFrom === null) return { progress: START, state: initial }
  const weights = await loadCheckpoint(config.startFrom)
  const kept = new Map(initial)
  for (const { name, role } of programs.train.state)
    if (role !== 'optimizer') kept.set(name, weights.state.get(name) ?? new Float32Array())
  return { progress: START, state: kept }
}

function stepsOf({ stepsPerEpoch }: TrainConfig): number {
  if (stepsPerEpoch === null) throw new SagittaError('internal', 'The run has no number of steps: it was not planned.')
  return stepsPerEpoch
}

/** Of all slices of the sets, background first. */
const pixelsPerClass = (sets: Split['train'], cases: readonly PreparedCase[]): number[] =>
  classCounts(
    sets.flatMap(({ caseIndex, slices }) => slices.map(slice => cases[caseIndex]!.header.target!.counts[slice]!)),
  )

function metadataOf(
  config: TrainConfig,
  { split, cases, session, network, neighbours, learntFrom }: Parts,
  row: TrainResult['best']['metrics'],
  runName: string,
): ModelMetadata {
  const idsOf = (sets: Split['train']): string[] => sets.map(({ caseIndex }) => cases[caseIndex]!.id)
  const caveat = split.mode === 'within-study' ? WITHIN_STUDY_CAVEAT : null
  const decision = decisionOf(
    config.dataset.labels.map(({ value }) => row.validation.dice[String(value)] ?? null),
    pixelsPerClass(split.train, cases),
    pixelsPerClass(split.validation, cases),
  )
  return {
    model: {
      format: 1,
      name: config.name || runName,
      task: 'segmentation',
      description: config.description || `2-D U-Net for ${config.dataset.labels.map(label => label.name).join(', ')}.`,
      modality: config.dataset.modality,
      labels: config.dataset.labels,
      ...(decision ? { decision } : {}),
      network: {
        dimensions: 2,
        multiple: sizeMultiple(network.model),
        trained: { rows: network.patch[0], columns: network.patch[1] },
        neighbours,
      },
    },
    preprocessing: preprocessingSchema.parse(config.preprocessing),
    provenance: {
      createdAt: new Date().toISOString(),
      configHash: configHash(config),
      seed: config.seed,
      split: { mode: split.mode, train: idsOf(split.train), validation: idsOf(split.validation) },
      epoch: row.epoch,
      metrics: { meanDice: row.meanDice, ...row.validation.dice },
      caveat,
      repeatable: session.provider === 'cpu' && session.threads === 1,
      provider: session.provider,
      threads: session.threads,
      versions: versions(),
    },
    trainedOn: learntFrom,
  }
}
