// The demo's model, trained on the sample's two teachers, on the third patient and on eight others whom nobody has looked at.
import { join } from 'node:path'
import { DEMO_SETTINGS } from '../electron/cli/commands/demoOnSample'
import { trainOnPatients } from '../electron/cli/commands/samplePatients'
import { drawPatients, PHANTOM_PATIENTS } from '#common/phantom/index'
import { inWords, ioOf, judgeAll, overPatients, patientsOnDisk } from './_phantom'
import type { Reproduction, Result } from './_run'

/** Drawn after the settings were fixed. */
const OTHERS = drawPatients(20261125, 8, 'PX', 'test')

export async function main(reproduction: Reproduction): Promise<Result> {
  const sample = await patientsOnDisk(PHANTOM_PATIENTS, reproduction)
  const started = performance.now()
  const { result } = await trainOnPatients({
    patients: sample.filter(({ use }) => use === 'train'),
    settings: DEMO_SETTINGS,
    folder: join(reproduction.runs, 'run'),
    io: ioOf(reproduction),
  })
  const seconds = (performance.now() - started) / 1000
  const third = await judgeAll(
    result.model,
    sample.filter(({ use }) => use === 'test'),
    reproduction,
  )
  const others = await judgeAll(result.model, await patientsOnDisk(OTHERS, reproduction), reproduction)
  return {
    rows: [
      {
        row: 'Body phantom, the demo: two patients teach, the third is judged',
        reach: 'Dice of organs 0.90, of lesions 0.75',
        found: inWords(third[0]!.dice),
        seconds,
      },
      {
        row: 'Body phantom, the same model on 8 patients drawn after its settings were fixed',
        reach: 'no target',
        found: overPatients(others),
        seconds,
      },
    ],
    details: [...third, ...others],
  }
}
