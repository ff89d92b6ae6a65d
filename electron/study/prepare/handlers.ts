// The prepare contract on the study service: volumes and label maps of the open project become cache files.
import { join } from 'node:path'
import type { Handlers, JobContext } from '#common/ipc/contract'
import type { prepareContract } from '#common/ipc/prepare'
import type { DoneOfTotal } from '#common/ipc/study'
import type { SliceState } from '#common/ipc/voxels'
import type { ClassTable } from '#common/preprocessing/classes'
import type { Volume } from '../volumes/volume'
import { fingerprintCase } from './fingerprint'
import { completeSlices, imageOfVolume, targetOfValues, withOnly } from './fromVolume'
import { prepareCase } from './prepareCase'
import type { ImageSource, TargetSource } from './sources'

/** What the service knows and preparing needs. */
export interface PreparePlaces {
  load(volumeId: string, signal: AbortSignal): Promise<Volume>
  labels(volumeId: string): Promise<{ readonly values: Uint16Array; readonly states: readonly SliceState[] }>
  /** The cache folder of the open project, or of the app. */
  cacheFolder(): string
}

export function prepareHandlers(places: PreparePlaces): Handlers<typeof prepareContract> {
  const image = async (volumeId: string, signal: AbortSignal): Promise<ImageSource> =>
    imageOfVolume(await places.load(volumeId, signal))
  // Every value is in the project's own table: one that was not asked for is background.
  const target = async (volumeId: string, table: ClassTable): Promise<TargetSource> => {
    const { values, states } = await places.labels(volumeId)
    const only = withOnly(values, table)
    return targetOfValues(`The label map of ${volumeId}`, only, completeSlices(states))
  }
  const folder = (): string => join(places.cacheFolder(), 'prepared')

  return {
    fingerprint: ({ volumeIds, table }, job) =>
      inTurn(volumeIds, job, async (volumeId, onProgress) =>
        fingerprintCase(
          await image(volumeId, job.signal),
          { source: await target(volumeId, table), table },
          { signal: job.signal, onProgress },
        ),
      ),

    cases: ({ volumeIds, table, preprocessing }, job) =>
      inTurn(volumeIds, job, async (volumeId, onProgress) =>
        prepareCase(await image(volumeId, job.signal), {
          preprocessing,
          target: { source: await target(volumeId, table), table },
          folder: folder(),
          signal: job.signal,
          onProgress,
        }),
      ),

    image: async ({ volumeId, preprocessing }, job) => ({
      header: await prepareCase(await image(volumeId, job.signal), {
        preprocessing,
        folder: folder(),
        signal: job.signal,
        onProgress: (done, total) => job.progress({ done, total }),
      }),
    }),
  }
}

/** One volume after the other: only one has to be in memory. Each counts the same, whatever its number of slices. */
async function inTurn<T>(
  volumeIds: readonly string[],
  job: JobContext<DoneOfTotal>,
  work: (volumeId: string, onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  for (const [n, volumeId] of volumeIds.entries())
    results.push(
      await work(volumeId, (done, total) =>
        job.progress({ done: n * 100 + (100 * done) / total, total: volumeIds.length * 100 }),
      ),
    )
  return results
}
