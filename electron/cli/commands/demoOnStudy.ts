// The demo on somebody's scan: part of its slices teach, the rest are segmented and judged. Same scan, not generalisation.
import { trainConfigSchema, type TrainConfig, type TrainConfigInput } from '#common/ipc/training'
import { evaluateLabels } from '#common/metrics/evaluate'
import { LABEL_COLORS } from '#common/project/labels'
import { SagittaError } from '#common/errors'
import { readModel, WITHIN_STUDY_CAVEAT } from '#compute/index'
import { distinctLabels, imageOfVolume, openVolume, readLabels, targetOfValues } from '#study/index'
import type { CommandIo } from '../command'
import { printEvaluation } from './evaluate'
import { segmentVolume } from './segmentVolume'
import { Stopwatch } from './stopwatch'
import { trainCases } from './trainCases'

const SETTINGS: Partial<TrainConfigInput> = {
  split: { mode: 'within-study', validationFraction: 0.25, seed: 1 },
  seed: 1,
  provider: 'auto',
}

/** A label on fewer slices can't both teach and be judged. */
const FEWEST_SLICES = 4
/** Nor can one of a few pixels be told from noise. */
const FEWEST_VOXELS = 500

export interface StudyDemo {
  readonly study: string
  readonly labels: string
  readonly folder: string
}

export async function demoOnStudy({ study, labels: labelsPath, folder }: StudyDemo, io: CommandIo) {
  const watch = new Stopwatch()
  const volume = await openVolume(study, { labels: labelsPath, signal: io.signal })
  const { info } = volume
  io.log(`${info.description || info.id}: ${info.size.join(' x ')} voxels, ${info.verdict.details}`)
  const everything = await readLabels(labelsPath, info, study)
  const values = learnable(everything, info.size)
  const truth = everything.map(value => (values.includes(value) ? value : 0))
  watch.lap('reading')

  const config = studyConfig(study, labelsPath, values, info.modality)
  const complete = new Array<boolean>(info.size[2]).fill(true)
  const target = targetOfValues(labelsPath, truth, complete)
  const { result, plan } = await trainCases({ config, cases: [{ image: imageOfVolume(volume), target }], folder, io })
  watch.lap('training')

  const segmented = await segmentVolume(await readModel(result.model), volume, result.provider, io)
  watch.lap('segmenting')
  const heldOut = plan.split.validation[0]!.slices
  const evaluation = evaluateLabels(
    segmented.values,
    truth,
    info,
    config.dataset.labels,
    complete.map((_, k) => heldOut.includes(k)),
  )
  watch.lap('evaluating')
  const title = `${WITHIN_STUDY_CAVEAT}: trained on ${plan.split.train[0]!.slices.length} slices, judged on slices ${heldOut[0]! + 1} to ${heldOut.at(-1)! + 1} of ${info.size[2]}`
  io.print(title)
  printEvaluation(evaluation, io)
  const left = distinctLabels(everything).filter(value => !values.includes(value))
  if (left.length > 0)
    io.print(`Left out, too small or on too few slices: ${left.map(value => `Label ${value}`).join(', ')}`)
  io.print(watch.summary())
  io.print(`The run is in ${result.run}`)
  return {
    title,
    caveat: WITHIN_STUDY_CAVEAT,
    run: result.run,
    model: result.model,
    provider: result.provider,
    best: result.best,
    seconds: watch.seconds(),
    leftOut: left,
    ...evaluation,
  }
}

/** @throws no-training-data when nothing is. */
function learnable(labels: Uint16Array, [columns, rows, slices]: readonly [number, number, number]): number[] {
  const voxels = new Map<number, number>()
  const onSlices = new Map<number, number>()
  for (let k = 0; k < slices; k++) {
    const slice = labels.subarray(k * columns * rows, (k + 1) * columns * rows)
    for (const value of distinctLabels(slice)) onSlices.set(value, (onSlices.get(value) ?? 0) + 1)
    for (const value of slice) voxels.set(value, (voxels.get(value) ?? 0) + 1)
  }
  const values = [...onSlices.keys()]
    .filter(value => onSlices.get(value)! >= FEWEST_SLICES && voxels.get(value)! >= FEWEST_VOXELS)
    .sort((a, b) => a - b)
  if (values.length > 0) return values
  throw new SagittaError(
    'no-training-data',
    `No label is on at least ${FEWEST_SLICES} slices with ${FEWEST_VOXELS} voxels: there is nothing to learn from.`,
  )
}

function studyConfig(image: string, labels: string, values: readonly number[], modality: string): TrainConfig {
  return trainConfigSchema.parse({
    task: 'unet',
    name: 'One scan',
    dataset: {
      cases: [{ id: 'scan', patient: 'one', image, labels }],
      labels: values.map((value, n) => ({
        value,
        name: `Label ${value}`,
        color: LABEL_COLORS[n % LABEL_COLORS.length]!,
      })),
      modality,
    },
    ...SETTINGS,
  } satisfies TrainConfigInput)
}
