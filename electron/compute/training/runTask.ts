// Runs the loop on one task in one folder: start or resume, warm up, train, say how it ended. What all runs that learn codes share.
import { existsSync } from 'node:fs'
import { SagittaError } from '#common/errors'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { TrainResult } from '#common/ipc/training'
import type { Program, StateValues } from '#models/programs/types'
import type { SessionOptions } from '../runtime/openSession'
import { ProgramSession } from '../runtime/programSession'
import { StateTensors } from '../runtime/stateTensors'
import { loadCheckpoint, saveCheckpoint, type Progress } from './checkpoint'
import type { LatentRunOptions } from './latentParts'
import { trainingLoop, type LoopResult } from './loop'
import { MetricsLog } from './metricsLog'
import { START } from './progress'
import { configHash, type RunFolder } from './runFolder'
import { throttled } from './sessionChoice'
import type { TrainingTask } from './task'

/** A task whose epochs have a length of their own. */
export interface EpochTask extends TrainingTask {
  readonly stepsPerEpoch: number
  release(): Promise<void>
}

export interface RunParts {
  readonly options: LatentRunOptions
  readonly folder: RunFolder
  readonly session: SessionOptions
  readonly program: Program
  readonly task: EpochTask
  /** What is being trained, for people. */
  readonly text: string
  /** Of layerwise training: `layer-1`... Absent for the whole. */
  readonly stage?: string
}

/** Trains to the end or until it is stopped, and releases the task. @param initial state to start with, unless a checkpoint goes on. */
export async function runTask(parts: RunParts, initial: StateValues): Promise<TrainResult> {
  const { options, folder, session } = parts
  const { config } = options
  const start = await startOf(options, folder, initial)
  const { ended } = await loopOn(parts, start, { path: folder.path, checkpoint: folder.checkpoint, ...config })
  const { best, seconds } = ended.progress
  if (!best) throw new SagittaError('internal', 'The training ended without having judged an epoch.')
  return { run: folder.path, model: folder.model, best, seconds, provider: session.provider, state: ended.state }
}

interface Start {
  readonly progress: Progress
  readonly state: StateValues
}

export interface LoopPlace extends Pick<LatentTrainConfig, 'epochs' | 'maxSeconds' | 'patience'> {
  /** Folder of metrics.jsonl. */
  readonly path: string
  readonly checkpoint: string
}

export interface Looped {
  readonly ended: LoopResult
  readonly state: StateValues
}

/** The loop with its log and checkpoints in a place; sessions are released, the values of the state are handed back. */
export async function loopOn(
  { options, session, program, task, text, stage }: RunParts,
  start: Start,
  { path, checkpoint, epochs, maxSeconds, patience }: LoopPlace,
): Promise<Looped> {
  const { config, report, signal } = options
  const hash = configHash(config)
  const { stepsPerEpoch } = task
  report({ kind: 'stage', stage: 'warming-up', text: `Starting on ${session.provider}; the first steps are slower` })
  const opened = await ProgramSession.open(program, session)
  const log = await MetricsLog.open(path, Math.floor(start.progress.step / stepsPerEpoch))
  const state = new StateTensors(program.state, start.state, session.provider)
  try {
    report({ kind: 'stage', stage: 'training', text })
    const ended = await trainingLoop({
      ...{
        task,
        session: opened,
        state,
        from: start.progress,
        epochs,
        stepsPerEpoch,
        maxSeconds,
        patience,
        log,
        signal,
      },
      seed: config.seed,
      provider: session.provider,
      save: async progress => saveCheckpoint(checkpoint, { configHash: hash, progress, state: await state.snapshot() }),
      checkpointWanted: options.checkpointWanted ?? (() => null),
      report: throttled(progress =>
        report(
          (progress.kind === 'epoch' || progress.kind === 'step') && stage !== undefined
            ? { ...progress, stage }
            : progress,
        ),
      ),
    })
    return { ended, state: await state.snapshot() }
  } finally {
    await log.close()
    await task.release()
    await state.release()
    await opened.release()
  }
}

async function startOf({ config, resume }: LatentRunOptions, folder: RunFolder, initial: StateValues): Promise<Start> {
  // A layerwise run that was stopped in one of its stages has no checkpoint of the whole yet.
  const begun = config.task !== 'layerwise' || existsSync(folder.checkpoint)
  if (!resume || !begun) return { progress: START, state: initial }
  const saved = await loadCheckpoint(folder.checkpoint)
  if (saved.configHash === configHash(config)) return saved
  throw new SagittaError(
    'config-invalid',
    `${folder.path} was trained with other settings and cannot go on with these. Resume it with its own config, or start a new run.`,
    { run: folder.path },
  )
}
