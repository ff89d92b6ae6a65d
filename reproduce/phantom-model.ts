// The model that ships in resources/models: eight drawn patients teach, the sample's three, none of whom it saw, are judged.
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { trainOnPatients } from '../electron/cli/commands/samplePatients'
import { drawPatients, PHANTOM_PATIENTS } from '#common/phantom/index'
import { ioOf, judgeAll, overPatients, patientsOnDisk } from './_phantom'
import type { Reproduction, Result } from './_run'

const TEACHERS = drawPatients(1, 8, 'PT', 'train')
const EPOCHS = 30
const DESCRIPTION =
  'Segments the body phantom of the sample study, whose three patients it has never seen. It was trained on eight other phantom patients and knows nothing of real scans.'

export async function main(reproduction: Reproduction): Promise<Result> {
  const { root, runs } = reproduction
  const started = performance.now()
  const { result } = await trainOnPatients({
    patients: await patientsOnDisk(TEACHERS, reproduction),
    settings: {
      description: DESCRIPTION,
      // One of the eight judges the epochs.
      split: { mode: 'patient', validationFraction: 0.125, seed: 1 },
      epochs: EPOCHS,
      stepsPerEpoch: 100,
      seed: 1,
      provider: 'cpu',
    },
    folder: join(runs, 'run'),
    io: ioOf(reproduction),
  })
  const seconds = (performance.now() - started) / 1000
  const results = await judgeAll(result.model, await patientsOnDisk(PHANTOM_PATIENTS, reproduction), reproduction)
  const models = join(root, 'resources/models')
  await mkdir(models, { recursive: true })
  await copyFile(result.model, join(models, 'body-phantom.onnx'))
  return {
    rows: [
      {
        row: `Body phantom, the bundled model: 8 drawn patients teach for ${EPOCHS} epochs, the sample's three are judged`,
        reach: 'no target',
        found: overPatients(results),
        seconds,
      },
    ],
    details: results,
  }
}
