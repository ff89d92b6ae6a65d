// `sagitta sample`
import { resolve } from 'node:path'
import { PHANTOM_PATIENTS } from '#common/phantom/index'
import { ensureSample } from '#study/index'
import { readArguments, required, UsageError, type Command } from '../command'

export const sample: Command = {
  name: 'sample',
  usage: `sample --out DIR [--patient ID]
  Writes the sample study, three invented patients: CT files and the ground truth as target map, one folder each. What is there already
  and whole stays. The build uses it to ship the first patient.`,

  async run(argv, io) {
    const { values } = readArguments(argv, [], { out: { type: 'string' }, patient: { type: 'string' } })
    const out = resolve(required(values.out, '--out'))
    const { patient } = values
    const patients = PHANTOM_PATIENTS.filter(({ id }) => patient === undefined || id === patient)
    if (patients.length === 0)
      throw new UsageError(`--patient takes ${PHANTOM_PATIENTS.map(({ id }) => id).join(', ')}, not "${patient}".`)
    const studies = await ensureSample(
      out,
      {
        signal: io.signal,
        onProgress: ({ done, total }) => io.progress(`Making the sample study: slice ${done} of ${total}`),
      },
      patients,
    )
    for (const { patientId, dicomFolder, truth } of studies) io.print(`${patientId}: ${dicomFolder}, truth ${truth}`)
    return { patients: studies }
  },
}
