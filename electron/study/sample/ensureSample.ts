// The sample study on disk: generated on first use, found again afterwards.
import { join } from 'node:path'
import type { z } from 'zod'
import type { sampleStudySchema } from '#common/ipc/study'
import { PHANTOM_PATIENTS, type PhantomPatient } from '#common/phantom/index'
import { writeSamplePatient, type SampleOptions } from './writeSamplePatient'

export type SampleStudy = z.infer<typeof sampleStudySchema>

/**
 * All patients of the sample under `root`, one folder each, named by patient ID.
 * @param options progress counts slices of all patients
 * @throws cancelled, not-writable, disk-full; patients that were finished stay
 */
export async function ensureSample(
  root: string,
  { signal, onProgress }: SampleOptions = {},
  patients: readonly PhantomPatient[] = PHANTOM_PATIENTS,
): Promise<SampleStudy[]> {
  const total = patients.reduce((sum, patient) => sum + patient.size[2], 0)
  const studies: SampleStudy[] = []
  let before = 0
  for (const patient of patients) {
    const files = await writeSamplePatient(join(root, patient.id), patient, {
      ...(signal ? { signal } : {}),
      onProgress: ({ done }) => onProgress?.({ done: before + done, total }),
    })
    before += patient.size[2]
    studies.push({ patientId: patient.id, patientName: patient.name, ...files, use: patient.use })
  }
  return studies
}
