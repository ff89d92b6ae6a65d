// From a source as configs name it to its images; the only place that knows all kinds.
import type { ImageSourceConfig } from '#common/latent/imageSource'
import { folderImages } from './folder'
import { idxImages } from './idx'
import type { ImageSet } from './imageSet'
import { npzImages } from './npz'
import { studyImages } from './studyImages'

export interface OpenImagesOptions {
  /** Headers of prepared volumes, for `studies`. */
  readonly headers?: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** @throws not-found, no-images, no-training-data, corrupt-file, truncated, unsupported-format, shape-mismatch, not-finite: each names the file or image. */
export async function openImages(source: ImageSourceConfig, options: OpenImagesOptions = {}): Promise<ImageSet> {
  return (await openAll(source, options)).select(source.select)
}

async function openAll(source: ImageSourceConfig, options: OpenImagesOptions): Promise<ImageSet> {
  switch (source.kind) {
    case 'idx':
      return idxImages(source.images, source.labels)
    case 'npz':
      return npzImages(source.file, source.images, source.labels)
    case 'folder':
      return folderImages(source, options)
    case 'studies':
      return studyImages(source, options.headers ?? [], options)
  }
}
