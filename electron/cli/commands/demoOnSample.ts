// The demo on the sample study: two patients teach, the third, which training never saw, is segmented and judged.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrainConfigInput } from '#common/ipc/training'
import { readModel } from '#compute/index'
import { ensureSample } from '#study/index'
import type { CommandIo } from '../command'
import { printEvaluation } from './evaluate'
import { judgeOnPatient, trainOnPatients } from './samplePatients'
import { Stopwatch } from './stopwatch'

/**
 * Small enough for two cores without a graphics card: about two minutes. Epochs are judged on a block of slices of the two training
 * patients; the third patient takes no part in any choice.
 */
export const DEMO_SETTINGS: Partial<TrainConfigInput> = {
  split: { mode: 'within-study', validationFraction: 0.1, seed: 1 },
  epochs: 10,
  stepsPerEpoch: 100,
  seed: 1,
  provider: 'auto',
}

export async function demoOnSample(folder: string, io: CommandIo) {
  const watch = new Stopwatch()
  const sample = await ensureSample(join(tmpdir(), 'sagitta-cli', 'sample'), {
    signal: io.signal,
    onProgress: ({ done, total }) => io.progress(`Making the sample study: slice ${done} of ${total}`),
  })
  watch.lap('sample')

  const teachers = sample.filter(({ use }) => use === 'train')
  const { result } = await trainOnPatients({ patients: teachers, settings: DEMO_SETTINGS, folder, io })
  watch.lap('training')

  const tested = sample.find(({ use }) => use === 'test')!
  io.log(`Segmenting ${tested.patientId}, which training never saw`)
  const { evaluation } = await judgeOnPatient(await readModel(result.model), tested, result.provider, io)
  watch.lap('testing')

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
