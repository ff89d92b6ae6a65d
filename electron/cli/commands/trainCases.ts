// From labelled cases to a trained model: look, choose, prepare, train. `train` and `demo` both do this.
import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import { preprocessingSchema, type TrainConfig, type TrainProgress, type TrainResult } from '#common/ipc/training'
import { planRun, trainRun, type RunPlan } from '#compute/index'
import { fingerprintCase, prepareCase } from '#study/index'
import type { CommandIo } from '../command'
import type { LabelledCase } from './labelledCase'

export interface TrainCasesOptions {
  /** May leave open what the data decide. */
  readonly config: TrainConfig
  /** In the order of the config's cases. */
  readonly cases: readonly Pick<LabelledCase, 'image' | 'target'>[]
  /** Run folder. */
  readonly folder: string
  readonly resume?: boolean
  readonly io: CommandIo
  readonly report?: (progress: TrainProgress) => void
}

export interface Trained {
  readonly plan: RunPlan
  readonly result: TrainResult
}

/** @throws everything that planning, preparing and training throw. Prepared images are removed at the end: they are made again in seconds. */
export async function trainCases({
  config,
  cases,
  folder,
  resume = false,
  io,
  report,
}: TrainCasesOptions): Promise<Trained> {
  const { signal } = io
  const table = { values: config.dataset.labels.map(label => label.value) }
  const fingerprints = []
  for (const { image, target } of cases)
    fingerprints.push(await fingerprintCase(image, { source: target, table }, { signal }))
  const plan = planRun(config, fingerprints)
  for (const { key, value, reason } of plan.settings) io.log(`${key}: ${value} (${reason})`)
  for (const notice of plan.notices) io.log(notice)
  io.log(`${plan.parameters} parameters, about ${plan.estimatedMb} MB`)

  const cache = join(folder, 'cache')
  try {
    const preprocessing = preprocessingSchema.parse(plan.config.preprocessing)
    const headers = []
    for (const { image, target } of cases)
      headers.push(
        await prepareCase(image, { preprocessing, target: { source: target, table }, folder: cache, signal }),
      )
    const result = await trainRun({
      config: plan.config,
      headers,
      folder,
      resume,
      signal,
      report: progress => {
        logProgress(progress, io)
        report?.(progress)
      },
    })
    return { plan, result }
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
}

function logProgress(progress: TrainProgress, io: CommandIo): void {
  switch (progress.kind) {
    case 'stage':
    case 'notice':
      return io.log(progress.text)
    case 'epoch': {
      const { row, best } = progress
      const dice = Object.entries(row.validation.dice).map(
        ([value, score]) => `${value}: ${score?.toFixed(3) ?? 'n/a'}`,
      )
      return io.log(
        `epoch ${row.epoch}, ${row.seconds.toFixed(0)} s: loss ${row.train.loss.toFixed(3)}, validation ${row.validation.loss.toFixed(3)}, ` +
          `Dice ${dice.join(', ')}${best ? ' (best)' : ''}, ${row.rssMb} MB`,
      )
    }
    case 'step':
      return
  }
}
