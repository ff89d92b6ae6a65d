// The training loop: batch, step, check, accept; after each epoch validate, keep the best, write it down.
import { SagittaError, cancelled, type ErrorDetails } from '#common/errors'
import type { MetricsRow, TrainProgress } from '#common/ipc/training'
import { isBetter } from '#common/metrics/keptRow'
import { noiseFeeds } from '../runtime/noise'
import type { Outputs, ProgramSession } from '../runtime/programSession'
import type { StateTensors } from '../runtime/stateTensors'
import type { Progress } from './checkpoint'
import type { MetricsLog } from './metricsLog'
import { addStep, afterEpoch, meansOf, Pace, trainedNames } from './progress'
import type { TaskBatch, TrainingTask } from './task'

export interface LoopOptions {
  readonly task: TrainingTask
  readonly session: ProgramSession
  readonly state: StateTensors
  readonly from: Progress
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly maxSeconds: number | null
  readonly patience: number | null
  readonly seed: number
  readonly provider: string
  readonly log: MetricsLog
  readonly save: (progress: Progress) => Promise<void>
  /** Set while somebody asks for a checkpoint after the current step. */
  readonly checkpointWanted: () => (() => void) | null
  readonly report: (progress: TrainProgress) => void
  readonly signal: AbortSignal
}

export interface LoopResult {
  readonly progress: Progress
  readonly state: 'done' | 'stopped'
}

/** Epochs of nothing but background before it is said aloud (CASES T05). */
const ALL_BACKGROUND_EPOCHS = 5
/** Epochs of a code without content before it is said aloud (CASES T11). */
const COLLAPSED_EPOCHS = 5

/**
 * Trains until the last epoch, or until it is stopped: cancelled, out of time, or out of patience.
 * @throws not-finite at the first loss or gradient that is no finite number, before it reaches the weights (CASES T06); cancelled when
 *   it was stopped before the first epoch ended, so that there is no model.
 */
export async function trainingLoop(options: LoopOptions): Promise<LoopResult> {
  const { task, session, state, epochs, stepsPerEpoch, signal } = options
  const totalSteps = epochs * stepsPerEpoch
  const pace = new Pace(totalSteps, stepsPerEpoch)
  const clock = new Clock(options.from.seconds)
  const trained = trainedNames(session.program)
  let progress = options.from

  while (progress.step < totalSteps) {
    if (signal.aborted) return stopped(progress)
    const batchStart = performance.now()
    const batch = task.batch(progress.step)
    const stepStart = performance.now()
    const noise = noiseFeeds(session.program.inputs, options.seed, progress.step)
    const outputs = await session.run({ ...batch.feeds, ...noise }, state)
    refuseNotFinite(outputs, batch, progress, stepsPerEpoch)
    state.accept()
    progress = { ...addStep(progress, outputs, trained), seconds: clock.seconds() }
    pace.step(performance.now() - batchStart)
    options.report(stepReport(options, progress, outputs, { batchStart, stepStart }, pace))

    if (progress.step % stepsPerEpoch === 0) {
      progress = await endEpoch(options, progress, outputs, pace, clock)
      await options.save(progress)
      if (options.patience !== null && progress.sinceBest >= options.patience) break
    } else await saveIfWanted(options, progress)
    if (options.maxSeconds !== null && clock.seconds() > options.maxSeconds) return stopped(progress)
  }
  return { progress, state: 'done' }
}

async function endEpoch(
  options: LoopOptions,
  progress: Progress,
  last: Outputs,
  pace: Pace,
  clock: Clock,
): Promise<Progress> {
  const { task, state, stepsPerEpoch } = options
  const start = performance.now()
  const validation = await task.validate(state)
  pace.validation(performance.now() - start)
  const epoch = progress.step / stepsPerEpoch
  if (!Number.isFinite(validation.loss))
    throw notFinite('validation loss', validation.loss, `epoch ${epoch}`, { epoch }, progress)
  const row: MetricsRow = {
    epoch,
    step: progress.step,
    seconds: clock.seconds(),
    ...meansOf(progress.sums, stepsPerEpoch),
    validation: {
      loss: validation.loss,
      dice: validation.dice,
      ...(validation.terms ? { terms: validation.terms } : {}),
      ...(validation.units ? { units: [...validation.units] } : {}),
      ...(validation.confusion ? { confusion: validation.confusion } : {}),
    },
    meanDice: validation.meanDice,
    lr: last.learningRate?.[0] ?? 0,
    provider: options.provider,
    rssMb: rssMb(),
  }
  const best = isBetter(row, progress.best?.metrics ?? null)
  if (best) await task.keep(state, row)
  await options.log.append(row)
  options.report({ kind: 'epoch', row, best })
  await task.afterEpoch?.(state, epoch)
  const after = { ...afterEpoch(progress, row, validation), seconds: clock.seconds() }
  if (after.allBackground === ALL_BACKGROUND_EPOCHS) options.report(ALL_BACKGROUND_NOTICE)
  if (after.collapsed === COLLAPSED_EPOCHS) options.report(COLLAPSED_NOTICE)
  return after
}

const ALL_BACKGROUND_NOTICE: TrainProgress = {
  kind: 'notice',
  code: 'all-background',
  text:
    `For ${ALL_BACKGROUND_EPOCHS} epochs the network has predicted nothing but background. Labelled structures may be too few or too ` +
    'small for this patch and spacing: label more slices, choose a finer spacing, or a higher learning rate.',
}

const COLLAPSED_NOTICE: TrainProgress = {
  kind: 'notice',
  code: 'collapsed',
  text:
    `For ${COLLAPSED_EPOCHS} epochs the code has said next to nothing: its units are as the prior, whatever the image (posterior collapse). ` +
    'Lower beta, let it grow over the first epochs (warmupSteps), or give each unit a few free bits.',
}

/** Before the new values become the state. */
function refuseNotFinite(outputs: Outputs, batch: TaskBatch, progress: Progress, stepsPerEpoch: number): void {
  const wrong = Object.entries(outputs).find(([, values]) => values.length === 1 && !Number.isFinite(values[0]))
  if (!wrong) return
  const [name, values] = wrong
  const epoch = Math.floor(progress.step / stepsPerEpoch) + 1
  const step = (progress.step % stepsPerEpoch) + 1
  const cases = [
    ...new Set(batch.sources.map(({ caseId, slice }) => (slice === null ? caseId : `${caseId} slice ${slice}`))),
  ]
  const where = `epoch ${epoch}, batch ${step} (${cases.join(', ')})`
  throw notFinite(name, values[0]!, where, { epoch, batch: step, sources: batch.sources }, progress)
}

function notFinite(
  name: string,
  value: number,
  where: string,
  details: ErrorDetails,
  { best }: Progress,
): SagittaError {
  const kept = best
    ? `The best model, of epoch ${best.epoch}, is kept.`
    : 'No epoch had ended well, so there is no model yet.'
  return new SagittaError(
    'not-finite',
    `Training stopped: ${name} became ${value} in ${where}. ${kept} Choose a lower learning rate, or set clipNorm in the optimizer.`,
    { ...details, output: name, bestEpoch: best?.epoch ?? null },
  )
}

function stopped(progress: Progress): LoopResult {
  if (!progress.best) throw cancelled('Training, before its first epoch ended,')
  return { progress, state: 'stopped' }
}

async function saveIfWanted(options: LoopOptions, progress: Progress): Promise<void> {
  const saved = options.checkpointWanted()
  if (!saved) return
  await options.save(progress)
  saved()
}

function stepReport(
  { epochs, stepsPerEpoch }: LoopOptions,
  { step }: Progress,
  outputs: Outputs,
  { batchStart, stepStart }: { batchStart: number; stepStart: number },
  pace: Pace,
): TrainProgress {
  return {
    kind: 'step',
    epoch: Math.floor((step - 1) / stepsPerEpoch) + 1,
    epochs,
    step: ((step - 1) % stepsPerEpoch) + 1,
    stepsPerEpoch,
    loss: outputs.loss![0]!,
    stepMs: performance.now() - stepStart,
    waitMs: stepStart - batchStart,
    secondsLeft: pace.secondsLeft(step),
    rssMb: rssMb(),
  }
}

const rssMb = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20)

/** Seconds of training over all sessions of a run. */
class Clock {
  private readonly start = performance.now()

  constructor(private readonly before: number) {}

  seconds(): number {
    return this.before + (performance.now() - this.start) / 1000
  }
}
