// What a run that learns codes learns from, as hashes: a resumed run must find the same images (and, for a classifier, the same labels).
import { createHash } from 'node:crypto'
import { SagittaError } from '#common/errors'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { ImageSplit } from '../datasets/splitImages'
import type { RunFolder } from './runFolder'

export interface ImageKey {
  /** Case of a volume, or the file or folder of other images. */
  readonly id: string
  readonly key: string
}

/** One for each volume in the order of the config's cases, and one for all images of a source without volumes. */
export function imageKeys({ train, validation }: ImageSplit, config: LatentTrainConfig): ImageKey[] {
  const sources = [config.dataset, ...(config.validation ? [config.validation] : [])]
  const labels = config.task === 'classifier'
  const volumes = sources.flatMap(source => (source.kind === 'studies' ? source.cases : []))
  const hashes = new Map(volumes.map(({ image }) => [image, createHash('sha256')]))
  const others = createHash('sha256')
  for (const set of [train, validation])
    for (const [n, { id, patient, label, place }] of set.items.entries()) {
      const hash = (place && hashes.get(place.volume)) ?? others
      hash.update(`${id}\n${patient}\n${labels ? label : ''}\n`)
      hash.update(set.raw(n))
    }
  const elsewhere = sources.filter(source => source.kind !== 'studies').map(nameOf)
  return [
    ...volumes.map(({ id, image }) => ({ id, key: hashes.get(image)!.copy().digest('hex') })),
    ...(elsewhere.length > 0 ? [{ id: elsewhere.join(', '), key: others.digest('hex') }] : []),
  ]
}

/** @throws config-invalid naming what changed; runs of older versions kept no keys and go on. */
export async function refuseOtherImages(folder: RunFolder, keys: readonly ImageKey[]): Promise<void> {
  const before = await folder.inputs()
  if (before === null) return
  const changed = keys.filter(({ key }, n) => key !== before[n]).map(({ id }) => id)
  if (changed.length === 0) return
  throw new SagittaError(
    'config-invalid',
    `Images or labels of ${changed.join(', ')} changed since the run began, so it can't go on as if they had not. Start a new run with them; the model so far is kept.`,
    { run: folder.path, cases: changed },
  )
}

function nameOf(source: ImageSourceConfig): string {
  switch (source.kind) {
    case 'idx':
      return source.images
    case 'npz':
      return source.file
    case 'folder':
      return source.folder
    case 'studies':
      return source.cases.map(({ id }) => id).join(', ')
  }
}
