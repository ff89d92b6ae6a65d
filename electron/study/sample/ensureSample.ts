// The sample study on disk: what came with the app is copied, the rest generated on first use, patient after patient; found again afterwards.
import { join } from 'node:path'
import type { z } from 'zod'
import type { sampleProgressSchema, sampleStudySchema } from '#common/ipc/study'
import { PHANTOM_PATIENTS, type PhantomPatient } from '#common/phantom/index'
import { besideBundles } from '../besideBundle'
import { openSliceThreads } from './sliceThreads'
import { writeSamplePatient } from './writeSamplePatient'

export type SampleStudy = z.infer<typeof sampleStudySchema>

export interface EnsureSampleOptions {
  signal?: AbortSignal
  /** In slices of all patients; `ready` is the patient that is there whole from now on. */
  onProgress?: (progress: z.infer<typeof sampleProgressSchema>) => void
  /** Folder of patients that came with the app, by patient ID; null: all are made. */
  shipped?: string | null
}

/** The build writes the first patient beside the bundles, so that the first slice of a first start need not wait for it. */
const shippedSample = (): string | null => besideBundles('sample')

/**
 * All patients of the sample under `root`, one folder each, named by patient ID.
 * @throws cancelled, not-writable, disk-full; patients that were finished stay
 */
export async function ensureSample(
  root: string,
  { signal, onProgress, shipped = shippedSample() }: EnsureSampleOptions = {},
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
        shipped: shipped && join(shipped, patient.id),
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
