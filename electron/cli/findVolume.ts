// The one volume a command is about, among those a path holds.
import { SagittaError } from '#common/errors'
import { scanPaths, type VolumeSource } from '#study/index'
import type { CommandIo } from './command'

/** Every volume under a path. @throws no-images when there is none */
export async function volumesUnder(path: string, io: CommandIo): Promise<VolumeSource[]> {
  const { sources, inspection } = await scanPaths([path], {
    signal: io.signal,
    onProgress: ({ filesSeen }) => io.progress(`Scanning ${path}: ${filesSeen} files`),
  })
  if (sources.size > 0) return [...sources.values()]
  const [first] = inspection.files.skipped
  throw new SagittaError(
    'no-images',
    `${path} holds no images that can be opened${first ? `; for example ${first.path}: ${first.reason}` : ''}.`,
    { path, skipped: inspection.files.skipped.slice(0, 20) },
  )
}

/** @throws volume-unknown, listing the ids there are, when `id` is none of them or several would do */
export async function findVolume(path: string, id: string | undefined, io: CommandIo): Promise<VolumeSource> {
  const sources = await volumesUnder(path, io)
  const chosen =
    id === undefined ? (sources.length === 1 ? sources[0] : undefined) : sources.find(({ info }) => info.id === id)
  if (chosen) return chosen
  const ids = sources.map(({ info }) => `${info.id} (${info.description || info.modality}, ${info.size.join(' x ')})`)
  const why =
    id === undefined
      ? `${path} holds ${sources.length} volumes: choose one with --volume`
      : `${path} holds no volume ${id}`
  throw new SagittaError('volume-unknown', `${why}. There are ${ids.join('; ')}.`, {
    path,
    volumes: sources.map(({ info }) => info.id),
  })
}
