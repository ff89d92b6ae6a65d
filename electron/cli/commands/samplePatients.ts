// Training on phantom patients and judging on others: what the demo does, and what reproductions and the bundled model do with more of them.
import { trainConfigSchema, type TrainConfig, type TrainConfigInput } from '#common/ipc/training'
import { evaluateLabels, type Evaluation } from '#common/metrics/evaluate'
import { PHANTOM_LABELS } from '#common/phantom/index'
import { LABEL_COLORS } from '#common/project/labels'
import type { ModelFile } from '#compute/index'
import { openVolume, readLabels, type SampleStudy } from '#study/index'
import type { CommandIo } from '../command'
import { openCase } from './labelledCase'
import { segmentVolume } from './segmentVolume'
import { trainCases, type Trained } from './trainCases'

const LABELS = PHANTOM_LABELS.map(({ value, name, colorIndex }) => ({
  value,
  name,
  color: LABEL_COLORS[colorIndex - 1]!,
}))

export interface TrainOnPatients {
  readonly patients: readonly SampleStudy[]
  /** What is not left to the data. */
  readonly settings: Partial<TrainConfigInput>
  /** Run folder. */
  readonly folder: string
  readonly resume?: boolean
  readonly io: CommandIo
}

export async function trainOnPatients({ patients, settings, folder, resume, io }: TrainOnPatients): Promise<Trained> {
  const config = configFor(patients, settings)
  const cases = []
  for (const one of config.dataset.cases) cases.push(await openCase(one, path => path, io))
  return trainCases({ config, cases, folder, io, ...(resume === undefined ? {} : { resume }) })
}

export interface Judged {
  readonly evaluation: Evaluation
  /** Reading the scan and segmenting it. */
  readonly segmentSeconds: number
}

/** Segments the patient's scan and compares with the ground truth. */
export async function judgeOnPatient(
  model: ModelFile,
  { dicomFolder, truth, patientId }: SampleStudy,
  provider: string,
  io: CommandIo,
): Promise<Judged> {
  const start = performance.now()
  const volume = await openVolume(dicomFolder, { signal: io.signal })
  const { values } = await segmentVolume(model, volume, provider, io)
  const segmentSeconds = (performance.now() - start) / 1000
  const expected = await readLabels(truth, volume.info, patientId)
  return { evaluation: evaluateLabels(values, expected, volume.info, LABELS), segmentSeconds }
}

function configFor(patients: readonly SampleStudy[], settings: Partial<TrainConfigInput>): TrainConfig {
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
    ...settings,
  } satisfies TrainConfigInput)
}
