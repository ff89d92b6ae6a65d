// Segmenting a prepared image file into a raw label file.
import type { SessionOptions } from '../runtime/openSession'
import { PreparedCase } from '../datasets/preparedCase'
import { SliceCache } from '../datasets/sliceCache'
import { RawLabels } from '../files/rawLabels'
import { segment, type Segmentation, type SegmentOptions } from '../inference/segment'
import type { ModelFile } from '../modelFile/readModel'

export interface SegmentFileOptions extends Pick<SegmentOptions, 'signal' | 'onProgress'> {
  readonly model: ModelFile
  /** Header of the prepared image. */
  readonly header: string
  readonly out: string
  readonly session: SessionOptions
}

/** Slices pass once; only neighbours are worth keeping. */
const NEIGHBOUR_BYTES = 32 * 2 ** 20

/** @throws what `segment` throws, disk-full, not-writable; `out` is there only when all of it is. */
export async function segmentFile(options: SegmentFileOptions): Promise<Segmentation> {
  const image = PreparedCase.open(options.header, { id: options.header, patient: '' }, new SliceCache(NEIGHBOUR_BYTES))
  try {
    const file = await RawLabels.create(options.out)
    try {
      const segmented = await segment({ ...options, image, onSlice: (_, labels) => file.append(labels) })
      await file.finish()
      return segmented
    } catch (thrown) {
      await file.discard()
      throw thrown
    }
  } finally {
    image.close()
  }
}
