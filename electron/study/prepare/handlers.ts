// The prepare contract on the study service: volumes and label maps of the open project become cache files.
import { join } from 'node:path'
import type { Handlers } from '#common/ipc/contract'
import type { prepareContract } from '#common/ipc/prepare'
import type { SliceState } from '#common/ipc/voxels'
import type { Volume } from '../volumes/volume'
import { fingerprintCase } from './fingerprint'
import { completeSlices, imageOfVolume, targetOfValues } from './fromVolume'
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
  const target = async (volumeId: string): Promise<TargetSource> => {
    const { values, states } = await places.labels(volumeId)
    return targetOfValues(`The label map of ${volumeId}`, values, completeSlices(states))
  }
  const folder = (): string => join(places.cacheFolder(), 'prepared')

  return {
    fingerprint: ({ volumeIds, table }, { signal, progress }) =>
      inTurn(volumeIds, progress, async (volumeId, onProgress) =>
        fingerprintCase(
          await image(volumeId, signal),
          { source: await target(volumeId), table },
          { signal, onProgress },
        ),
      ),

    cases: ({ volumeIds, table, preprocessing }, { signal, progress }) =>
      inTurn(volumeIds, progress, async (volumeId, onProgress) =>
        prepareCase(await image(volumeId, signal), {
          preprocessing,
          target: { source: await target(volumeId), table },
          folder: folder(),
          signal,
          onProgress,
        }),
      ),

    image: async ({ volumeId, preprocessing }, { signal, progress }) => ({
      header: await prepareCase(await image(volumeId, signal), {
        preprocessing,
        folder: folder(),
        signal,
        onProgress: (done, total) => progress({ done, total }),
      }),
    }),
  }
}

/** One volume after the other: only one has to be in memory. Each counts the same, whatever its number of slices. */
async function inTurn<T>(
  volumeIds: readonly string[],
  progress: (value: { done: number; total: number }) => void,
  work: (volumeId: string, onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  for (const [n, volumeId] of volumeIds.entries())
    results.push(
      await work(volumeId, (done, total) =>
        progress({ done: n * 100 + (100 * done) / total, total: volumeIds.length * 100 }),
      ),
    )
  return results
}
