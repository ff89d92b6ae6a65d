// The run in progress: its steps, epochs and notices as they arrive, and how it ended.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { asSagittaError, SagittaError } from '#common/errors'
import type { JobHandle } from '#common/ipc/contract'
import type { RunSummary } from '#common/ipc/project'
import type { MetricsRow, TrainProgress, TrainResult } from '#common/ipc/training'
import { useApi } from '../../api'
import { useJobs, useNotices, type JobProgress } from '../../stores'
import { duration, fixed, score } from '../../stores/format'
import { useCodeDraft } from './codeDraft'
import { useDraft } from './draft'
import { kindOf, useTrainKind, type TrainKind } from './kind'
import { SAME_SCAN } from './sameScan'

type Step = Extract<TrainProgress, { kind: 'step' }>
export interface LogLine {
  readonly at: Date
  readonly code: string
  readonly text: string
}

/** A layer of layerwise training with its own epochs. */
export interface StageCurve {
  readonly stage: string
  readonly rows: readonly MetricsRow[]
}

export interface LiveRun {
  /** Of a run that goes on; null until a new one is in the table. */
  readonly id: string | null
  readonly kind: TrainKind
  readonly name: string
  readonly caveat: string | null
  /** Of the whole network. */
  readonly epochs: number
  /** null where nothing was planned: a run goes on as it was. */
  readonly estimatedMb: number | null
  /** Layerwise training goes through so many layers first, each for so many epochs. */
  readonly layers: Layers | null
  readonly startedAt: number
  readonly stage: string
  readonly step: Step | null
  readonly rows: readonly MetricsRow[]
  readonly stages: readonly StageCurve[]
  readonly bestEpoch: number | null
  readonly log: readonly LogLine[]
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  readonly result: TrainResult | null
  readonly error: SagittaError | null
}

export interface Layers {
  readonly count: number
  readonly epochs: number
  /** Of the whole network, afterwards. */
  readonly wholeEpochs: number
}

/** Share of the whole run: epochs and steps done of all, those of the layers before included. */
export function stepShare({ epoch, epochs, step, stepsPerEpoch, stage }: Step, layers: Layers | null = null): number {
  if (epochs * stepsPerEpoch === 0) return 0
  const inStage = epoch - 1 + step / stepsPerEpoch
  if (!layers) return Math.min(1, inStage / epochs)
  const ahead = layers.count * layers.epochs
  if (stage === undefined) return Math.min(1, (ahead + inStage) / (ahead + epochs))
  const before = (Number(stage.replace(/^\D+/, '')) - 1) * layers.epochs
  return Math.min(1, (before + inStage) / (ahead + layers.wholeEpochs))
}

/** Of an epoch that a crash cut off before its checkpoint there may be a row already. */
const withEpoch = (rows: readonly MetricsRow[], row: MetricsRow): MetricsRow[] => [
  ...rows.filter(({ epoch }) => epoch < row.epoch),
  row,
]

function withRow(stages: readonly StageCurve[], stage: string, row: MetricsRow): StageCurve[] {
  const known = stages.find(curve => curve.stage === stage)
  if (!known) return [...stages, { stage, rows: [row] }]
  return stages.map(curve => (curve === known ? { stage, rows: withEpoch(curve.rows, row) } : curve))
}

/** The run after one more message. */
export function advanced(run: LiveRun, message: TrainProgress): LiveRun {
  switch (message.kind) {
    case 'stage':
      return { ...run, stage: message.text }
    case 'step':
      return { ...run, step: message }
    case 'epoch':
      if (message.stage !== undefined) return { ...run, stages: withRow(run.stages, message.stage, message.row) }
      return {
        ...run,
        rows: withEpoch(run.rows, message.row),
        bestEpoch: message.best ? message.row.epoch : run.bestEpoch,
      }
    case 'notice':
      return { ...run, log: [...run.log, { at: new Date(), code: message.code, text: message.text }] }
  }
}

/** A message as the status bar's progress. */
function progressOf(before: JobProgress, message: TrainProgress, layers: Layers | null): JobProgress {
  switch (message.kind) {
    case 'stage':
      return { ...before, text: message.text, secondsLeft: null }
    case 'step':
      return {
        share: stepShare(message, layers),
        text: `${message.stage === undefined ? '' : `${stageName(message.stage).toLowerCase()}, `}epoch ${message.epoch} of ${message.epochs}`,
        // The trainer knows the time of the layer it is at; of all, the share tells.
        secondsLeft: layers ? null : message.secondsLeft,
      }
    case 'epoch':
    case 'notice':
      return before
  }
}

/** What a run is judged by, as its best epoch has it. */
function reachedBy(kind: TrainKind, { meanDice, validation }: MetricsRow): string {
  if (kind === 'segmentation') return `Dice ${score(meanDice)}`
  if (kind === 'classifier') return `Balanced accuracy ${score(validation.terms?.['balancedAccuracy'])}`
  return `Loss ${fixed(validation.loss, 1)}`
}

/** "layer-2" as "Layer 2". */
export const stageName = (stage: string): string => stage.replace(/^layer-/, 'Layer ')

const BLANK: Omit<LiveRun, 'kind' | 'name' | 'caveat' | 'epochs' | 'startedAt'> = {
  ...{ id: null, layers: null, estimatedMb: null, stage: 'Starting', step: null, rows: [], stages: [] },
  ...{ bestEpoch: null, log: [], state: 'running', result: null, error: null },
}

/** What is set up, ready to be trained. */
interface Ready extends Pick<LiveRun, 'kind' | 'name' | 'caveat' | 'epochs' | 'estimatedMb' | 'layers'> {
  readonly notices: readonly string[]
  readonly begin: () => JobHandle<TrainProgress, TrainResult>
}

export const useLiveRun = defineStore('liveRun', () => {
  const api = useApi()
  const codeDraft = useCodeDraft()
  const draft = useDraft()
  const jobs = useJobs()
  const notices = useNotices()
  const trainKind = useTrainKind()

  const run = shallowRef<LiveRun | null>(null)
  const job = computed(() => jobs.running.find(candidate => candidate.kind === 'train') ?? null)
  const isRunning = computed(() => run.value?.state === 'running')
  const change = (part: Partial<LiveRun>): void => {
    if (run.value) run.value = { ...run.value, ...part }
  }

  const segmentation = (): Ready | null => {
    const { input, plan, ready } = draft
    if (ready !== true || !input || !plan) return null
    return {
      ...{
        kind: 'segmentation',
        name: input.name,
        epochs: plan.config.epochs,
        estimatedMb: plan.estimatedMb,
        layers: null,
      },
      caveat: input.splitMode === 'within-study' ? SAME_SCAN : null,
      notices: plan.notices,
      begin: () => api.training.start(input),
    }
  }
  const codes = (): Ready | null => {
    const { input, plan, ready, kind, choice, splitMode } = codeDraft
    if (ready !== true || !input || !plan) return null
    const layers = { count: choice.widths.length + 1, epochs: choice.layerEpochs, wholeEpochs: choice.epochs }
    return {
      ...{ kind, name: input.name ?? '', epochs: choice.epochs, estimatedMb: plan.estimatedMb },
      layers: choice.layerwise ? layers : null,
      caveat: splitMode === 'within-study' ? SAME_SCAN : null,
      notices: plan.notices,
      // The scale that the plan found is kept, so that the run is what was planned.
      begin: () => api.latent.train({ config: { ...input, scale: plan.config.scale } }),
    }
  }

  const start = async (): Promise<void> => {
    const ready = trainKind.kind === 'segmentation' ? segmentation() : codes()
    if (!ready || isRunning.value) return
    const { notices: told, begin, ...what } = ready
    const log = told.map(text => ({ at: new Date(), code: 'plan', text }))
    await followed({ ...BLANK, ...what, log, startedAt: Date.now() }, begin())
  }

  /** Goes on where a run was cut off. @param curves its epochs so far, and those of its layers */
  const resume = async (
    { id, name, task, epochs, layers }: RunSummary,
    { rows, stages }: Pick<LiveRun, 'rows' | 'stages'>,
    caveat: string | null,
  ): Promise<void> => {
    if (isRunning.value) return
    const what = { id, name, caveat, rows, stages, epochs: epochs.of, kind: kindOf(task) }
    const ahead = layers ? { ...layers, wholeEpochs: epochs.of } : null
    await followed({ ...BLANK, ...what, layers: ahead, startedAt: Date.now() }, api.training.resume({ run: id }))
  }

  const followed = async (begun: LiveRun, handle: JobHandle<TrainProgress, TrainResult>): Promise<void> => {
    run.value = begun
    const { kind, name, layers } = begun
    handle.onProgress(message => {
      if (run.value) run.value = advanced(run.value, message)
    })
    let last: JobProgress = { share: null, text: 'Starting', secondsLeft: null }
    try {
      const result = await jobs.track(
        {
          kind: 'train',
          title: name === '' ? 'Training' : `Training ${name}`,
          progressOf: (message: TrainProgress) => (last = progressOf(last, message, layers)),
        },
        handle,
      )
      change({ state: result.state, result })
      const { epoch, metrics } = result.best
      const reached = reachedBy(kind, metrics)
      notices.say({
        tone: 'ok',
        text: result.state === 'done' ? 'Training is done.' : 'Training stopped; the best model is kept.',
        sub: `${reached} at epoch ${epoch}, ${duration(result.seconds)}.`,
      })
    } catch (thrown) {
      const { code, message, details } = asSagittaError(thrown)
      const error = new SagittaError(code, codeDraft.inWords(message), details)
      change(code === 'cancelled' ? { state: 'stopped' } : { state: 'failed', error })
      // That a process stopped is said by the shell already, with what is left of the run.
      if (code !== 'cancelled' && code !== 'service-stopped') notices.fail(error)
    }
  }

  const stop = (): void => job.value?.stop()

  /** Another project is open: a run that has ended belongs to the one before. */
  const leave = (): void => {
    if (!isRunning.value) run.value = null
  }

  return { run, job, isRunning, start, resume, stop, leave }
})
