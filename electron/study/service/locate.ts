// Finds moved images again: by volume id, or by the SOPInstanceUIDs of the slices, and only on the same grid.
import { SagittaError } from '#common/errors'
import type { VolumeInfo } from '#common/ipc/volume'
import type { ScanOptions, VolumeSource } from '../intake/types'
import type { ProjectSession } from '../project/session'
import { placeOf, type Catalog } from './catalog'

/**
 * Looks under `folder` for the volume, and for every other one of the project that is away.
 * @throws volume-unknown; source-moved when it is not there either; grid-mismatch when its images are there on another grid
 */
export async function locate(
  catalog: Catalog,
  session: ProjectSession,
  volumeId: string,
  folder: string,
  options: ScanOptions,
): Promise<void> {
  const wanted = session.volume(volumeId)
  if (!wanted) throw new SagittaError('volume-unknown', `Volume ${volumeId} is not in ${session.name}.`, { volumeId })
  const { sources } = await catalog.scan([folder], options)
  const found = [...sources.values()]
  const matches = session.volumes.flatMap(volume => {
    if (volume.id !== volumeId && session.placeOf(volume.id) !== null) return []
    const source = found.find(candidate => isSame(volume, candidate.info))
    return source ? [{ volume, source }] : []
  })
  if (!matches.some(({ volume }) => volume.id === volumeId)) throw notThere(wanted, folder, found)
  for (const { volume, source } of matches) catalog.set(volume.id, source)
  await session.addSources(
    matches.map(({ volume, source }) => ({ info: { ...source.info, id: volume.id }, place: placeOf(source) })),
  )
}

const sameImages = (a: VolumeInfo, b: VolumeInfo): boolean => {
  if (a.id === b.id) return true
  const uids = new Set(a.sopInstanceUids)
  return uids.size > 0 && uids.size === new Set(b.sopInstanceUids).size && b.sopInstanceUids.every(uid => uids.has(uid))
}

const isSame = (a: VolumeInfo, b: VolumeInfo): boolean => a.geometryHash === b.geometryHash && sameImages(a, b)

function notThere(wanted: VolumeInfo, folder: string, found: readonly VolumeSource[]): SagittaError {
  const what = wanted.description || `series ${wanted.seriesUid}`
  const other = found.find(({ info }) => sameImages(wanted, info))
  if (other)
    return new SagittaError(
      'grid-mismatch',
      `${folder} has the images of ${what}, but as ${other.info.size.join(' x ')} voxels where the labels have ${wanted.size.join(' x ')}: files may be missing or added. The labels are kept.`,
      { volumeId: wanted.id, path: folder },
    )
  return new SagittaError(
    'source-moved',
    `The images of ${what} are not under ${folder} (${found.length} other ${found.length === 1 ? 'volume' : 'volumes'} found). The labels are intact. Choose another folder.`,
    { volumeId: wanted.id, path: folder },
  )
}
