// Sources of images as configs name them, for the compute room: paths made absolute, volumes prepared into headers.
import { resolve } from 'node:path'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import { unscaled } from '#common/latent/unscaled'
import { imageOfVolume, openTarget, openVolume, prepareCase } from '#study/index'
import type { CommandIo } from '../command'

export interface PreparedSource {
  readonly source: ImageSourceConfig
  /** Empty for sources that are no volumes. */
  readonly headers: readonly string[]
}

/**
 * @param at makes a path of the config absolute
 * @param cache folder for prepared volumes
 * @throws what opening volumes and label maps throws, naming the file
 */
export async function prepareImages(
  source: ImageSourceConfig,
  at: (path: string) => string,
  cache: string,
  io: CommandIo,
): Promise<PreparedSource> {
  switch (source.kind) {
    case 'idx':
      return plain({ ...source, images: at(source.images), labels: source.labels === null ? null : at(source.labels) })
    case 'npz':
      return plain({ ...source, file: at(source.file) })
    case 'folder':
      return plain({ ...source, folder: at(source.folder) })
    case 'studies':
      return prepareStudies(source, at, cache, io)
  }
}

const plain = (source: ImageSourceConfig): PreparedSource => ({ source, headers: [] })

/** Unscaled: one scale for all images is chosen when they are read. */
async function prepareStudies(
  source: Extract<ImageSourceConfig, { kind: 'studies' }>,
  at: (path: string) => string,
  cache: string,
  io: CommandIo,
): Promise<PreparedSource> {
  const preprocessing = unscaled(source.crop)
  const table = { values: source.classes.map(({ value }) => value) }
  const headers: string[] = []
  for (const { id, image, labels } of source.cases) {
    io.log(`Reading ${id}`)
    const labelled = labels !== null && table.values.length > 0
    const volume = await openVolume(at(image), { signal: io.signal, ...(labelled ? { labels: at(labels) } : {}) })
    const target = labelled ? await openTarget(at(labels), volume.info, volume.info.source, 'all') : null
    headers.push(
      await prepareCase(imageOfVolume(volume), {
        ...{ preprocessing, folder: resolve(cache), signal: io.signal },
        ...(target ? { target: { source: target, table } } : {}),
      }),
    )
  }
  return { source, headers }
}
