// The demo on the sample study: two patients teach, the third, which training never saw, is segmented and judged.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trainConfigSchema, type TrainConfig, type TrainConfigInput } from '#common/ipc/training'
import { evaluateLabels } from '#common/metrics/evaluate'
import { PHANTOM_LABELS } from '#common/phantom/index'
import { LABEL_COLORS } from '#common/project/labels'
import { readModel } from '#compute/index'
import { ensureSample, openVolume, readLabels, type SampleStudy } from '#study/index'
import type { CommandIo } from '../command'
import { printEvaluation } from './evaluate'
import { openCase } from './labelledCase'
import { segmentVolume } from './segmentVolume'
import { Stopwatch } from './stopwatch'
import { trainCases } from './trainCases'

/**
 * Small enough for two cores without a graphics card: about two minutes. Epochs are judged on a block of slices of the two training
 * patients; the third patient takes no part in any choice.
 */
const SETTINGS: Partial<TrainConfigInput> = {
  split: { mode: 'within-study', validationFraction: 0.1, seed: 1 },
  seed: 1,
  provider: 'auto',
}

const LABELS = PHANTOM_LABELS.map(({ value, name, colorIndex }) => ({
  value,
  name,
  color: LABEL_COLORS[colorIndex - 1]!,
}))

export async function demoOnSample(folder: string, io: CommandIo) {
  const watch = new Stopwatch()
  const sample = await ensureSample(join(tmpdir(), 'sagitta-cli', 'sample'), {
    signal: io.signal,
    onProgress: ({ done, total }) => io.progress(`Making the sample study: slice ${done} of ${total}`),
  })
  watch.lap('sample')

  const teachers = sample.filter(({ use }) => use === 'train')
  const config = sampleConfig(teachers)
  const cases = []
  for (const one of config.dataset.cases) cases.push(await openCase(one, path => path, io))
  const { result } = await trainCases({ config, cases, folder, io })
  watch.lap('training')

  const tested = sample.find(({ use }) => use === 'test')!
  io.log(`Segmenting ${tested.patientId}, which training never saw`)
  const volume = await openVolume(tested.dicomFolder, { signal: io.signal })
  const segmented = await segmentVolume(await readModel(result.model), volume, result.provider, io)
  watch.lap('segmenting')

  const truth = await readLabels(tested.truth, volume.info, tested.patientId)
  const evaluation = evaluateLabels(segmented.values, truth, volume.info, LABELS)
  watch.lap('evaluating')
  const title = `Tested on ${tested.patientId}; trained on ${teachers.map(({ patientId }) => patientId).join(' and ')}`
  io.print(title)
  printEvaluation(evaluation, io)
  io.print(watch.summary())
  io.print(`The run is in ${result.run}`)
  return {
    title,
    caveat: null,
    run: result.run,
    model: result.model,
    provider: result.provider,
    best: result.best,
    seconds: watch.seconds(),
    ...evaluation,
  }
}

function sampleConfig(patients: readonly SampleStudy[]): TrainConfig {
  return trainConfigSchema.parse({
    task: 'unet',
    name: 'Body phantom',
    dataset: {
      cases: patients.map(({ patientId, dicomFolder, truth }) => ({
        id: patientId,
        patient: patientId,
        image: dicomFolder,
        labels: truth,
      })),
      labels: LABELS,
      modality: 'CT',
    },
    ...SETTINGS,
  } satisfies TrainConfigInput)
}
