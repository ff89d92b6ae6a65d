// The sample study on disk: generated on first use, patient after patient, found again afterwards.
import { join } from 'node:path'
import type { z } from 'zod'
import type { sampleProgressSchema, sampleStudySchema } from '#common/ipc/study'
import { PHANTOM_PATIENTS, type PhantomPatient } from '#common/phantom/index'
import { openSliceThreads } from './sliceThreads'
import { writeSamplePatient } from './writeSamplePatient'

export type SampleStudy = z.infer<typeof sampleStudySchema>

export interface EnsureSampleOptions {
  signal?: AbortSignal
  /** In slices of all patients; `ready` is the patient that is there whole from now on. */
  onProgress?: (progress: z.infer<typeof sampleProgressSchema>) => void
}

/**
 * All patients of the sample under `root`, one folder each, named by patient ID.
 * @throws cancelled, not-writable, disk-full; patients that were finished stay
 */
export async function ensureSample(
  root: string,
  { signal, onProgress }: EnsureSampleOptions = {},
  patients: readonly PhantomPatient[] = PHANTOM_PATIENTS,
): Promise<SampleStudy[]> {
  const total = patients.reduce((sum, patient) => sum + patient.size[2], 0)
  const studies: SampleStudy[] = []
  const threads = openSliceThreads()
  let before = 0
  try {
    for (const patient of patients) {
      const files = await writeSamplePatient(join(root, patient.id), patient, {
        ...(signal ? { signal } : {}),
        onProgress: ({ done }) => onProgress?.({ done: before + done, total, ready: null }),
        threads,
      })
      before += patient.size[2]
      const study: SampleStudy = { patientId: patient.id, patientName: patient.name, ...files, use: patient.use }
      studies.push(study)
      onProgress?.({ done: before, total, ready: study })
    }
  } finally {
    await threads.close()
  }
  return studies
}
