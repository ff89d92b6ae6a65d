// The run in progress: its steps, epochs and notices as they arrive, and how it ended.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { MetricsRow, TrainProgress, TrainResult } from '#common/ipc/training'
import { useApi } from '../../api'
import { useJobs, useNotices, type JobProgress } from '../../stores'
import { duration, score } from '../../stores/format'
import { useDraft, type Plan, type SplitMode } from './draft'

type Step = Extract<TrainProgress, { kind: 'step' }>
export interface LogLine {
  readonly at: Date
  readonly code: string
  readonly text: string
}

export interface LiveRun {
  readonly name: string
  readonly splitMode: SplitMode
  readonly plan: Plan
  readonly startedAt: number
  readonly stage: string
  readonly step: Step | null
  readonly rows: readonly MetricsRow[]
  readonly bestEpoch: number | null
  readonly log: readonly LogLine[]
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  readonly result: TrainResult | null
  readonly error: SagittaError | null
}

/** Share of the whole run: steps done of all steps. */
export const stepShare = ({ epoch, epochs, step, stepsPerEpoch }: Step): number =>
  epochs * stepsPerEpoch === 0 ? 0 : Math.min(1, ((epoch - 1) * stepsPerEpoch + step) / (epochs * stepsPerEpoch))

/** The run after one more message. */
export function advanced(run: LiveRun, message: TrainProgress): LiveRun {
  switch (message.kind) {
    case 'stage':
      return { ...run, stage: message.text }
    case 'step':
      return { ...run, step: message }
    case 'epoch':
      return {
        ...run,
        rows: [...run.rows, message.row],
        bestEpoch: message.best ? message.row.epoch : run.bestEpoch,
      }
    case 'notice':
      return { ...run, log: [...run.log, { at: new Date(), code: message.code, text: message.text }] }
  }
}

/** A message as the status bar's progress. */
function progressOf(before: JobProgress, message: TrainProgress): JobProgress {
  switch (message.kind) {
    case 'stage':
      return { ...before, text: message.text, secondsLeft: null }
    case 'step':
      return {
        share: stepShare(message),
        text: `epoch ${message.epoch} of ${message.epochs}`,
        secondsLeft: message.secondsLeft,
      }
    case 'epoch':
    case 'notice':
      return before
  }
}

export const useLiveRun = defineStore('liveRun', () => {
  const api = useApi()
  const draft = useDraft()
  const jobs = useJobs()
  const notices = useNotices()

  const run = shallowRef<LiveRun | null>(null)
  const job = computed(() => jobs.running.find(candidate => candidate.kind === 'train') ?? null)
  const isRunning = computed(() => run.value?.state === 'running')
  const change = (part: Partial<LiveRun>): void => {
    if (run.value) run.value = { ...run.value, ...part }
  }

  const start = async (): Promise<void> => {
    const { input, plan, ready } = draft
    if (ready !== true || !input || !plan || isRunning.value) return
    run.value = {
      name: input.name,
      splitMode: input.splitMode,
      plan,
      startedAt: Date.now(),
      stage: 'Starting',
      step: null,
      rows: [],
      bestEpoch: null,
      log: plan.notices.map(text => ({ at: new Date(), code: 'plan', text })),
      state: 'running',
      result: null,
      error: null,
    }
    const handle = api.training.start(input)
    handle.onProgress(message => {
      if (run.value) run.value = advanced(run.value, message)
    })
    let last: JobProgress = { share: null, text: 'Starting', secondsLeft: null }
    try {
      const result = await jobs.track(
        {
          kind: 'train',
          title: input.name === '' ? 'Training' : `Training ${input.name}`,
          progressOf: (message: TrainProgress) => (last = progressOf(last, message)),
        },
        handle,
      )
      change({ state: result.state, result })
      notices.say({
        tone: 'ok',
        text: result.state === 'done' ? 'Training is done.' : 'Training stopped; the best model is kept.',
        sub: `Dice ${score(result.best.metrics.meanDice)} at epoch ${result.best.epoch}, ${duration(result.seconds)}.`,
      })
    } catch (thrown) {
      const error = asSagittaError(thrown)
      change(error.code === 'cancelled' ? { state: 'stopped' } : { state: 'failed', error })
      if (error.code !== 'cancelled') notices.fail(error)
    }
  }

  const stop = (): void => job.value?.stop()

  /** Another project is open: a run that has ended belongs to the one before. */
  const leave = (): void => {
    if (!isRunning.value) run.value = null
  }

  return { run, job, isRunning, start, stop, leave }
})
