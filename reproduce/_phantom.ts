// Phantom patients for reproductions: made on disk, segmented by a model, and what it reached in words.
import { join } from 'node:path'
import { judgeOnPatient } from '../electron/cli/commands/samplePatients'
import type { CommandIo } from '../electron/cli/command'
import type { Evaluation } from '#common/metrics/evaluate'
import type { PhantomPatient } from '#common/phantom/index'
import { readModel } from '#compute/index'
import { ensureSample, type SampleStudy } from '#study/index'
import type { Reproduction } from './_run'

export const ioOf = ({ root, signal, log }: Reproduction): CommandIo => ({
  ...{ root, signal, log },
  print: log,
  progress: () => undefined,
})

/** On disk, made if they are not there. */
export function patientsOnDisk(patients: readonly PhantomPatient[], { runs, signal, log }: Reproduction) {
  log(`Making ${patients.map(({ id }) => id).join(', ')}`)
  return ensureSample(join(runs, 'patients'), { signal }, patients)
}

export interface PatientResult {
  readonly patient: string
  /** By label. */
  readonly dice: Readonly<Record<string, number | null>>
}

export async function judgeAll(
  modelPath: string,
  patients: readonly SampleStudy[],
  reproduction: Reproduction,
): Promise<PatientResult[]> {
  const model = await readModel(modelPath)
  const results: PatientResult[] = []
  for (const study of patients) {
    const { evaluation } = await judgeOnPatient(model, study, 'cpu', ioOf(reproduction))
    const result = { patient: study.patientId, dice: diceOf(evaluation) }
    reproduction.log(`${result.patient}: ${inWords(result.dice)}`)
    results.push(result)
  }
  return results
}

const diceOf = ({ labels }: Evaluation): Record<string, number | null> =>
  Object.fromEntries(labels.map(({ name, dice }) => [name, dice]))

export const inWords = (dice: PatientResult['dice']): string =>
  Object.entries(dice)
    .map(([name, value]) => `${name.toLowerCase()} ${value?.toFixed(3) ?? 'n/a'}`)
    .join(', ')

/** Mean over the patients, and the least, of each label. */
export function overPatients(results: readonly PatientResult[]): string {
  const names = Object.keys(results[0]?.dice ?? {})
  return names
    .map(name => {
      const values = results.flatMap(({ dice }) => dice[name] ?? [])
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      return `${name.toLowerCase()} ${mean.toFixed(3)} (least ${Math.min(...values).toFixed(3)})`
    })
    .join(', ')
}
