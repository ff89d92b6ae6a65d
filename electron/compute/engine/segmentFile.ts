// Segmenting a prepared image file into a raw label file.
import { segment, type Segmentation, type SegmentOptions } from '../inference/segment'
import type { ModelFile } from '../modelFile/readModel'
import type { SessionOptions } from '../runtime/openSession'
import { intoLabelFile } from './labelFile'

export interface SegmentFileOptions extends Pick<SegmentOptions, 'signal' | 'onProgress'> {
  readonly model: ModelFile
  /** Header of the prepared image. */
  readonly header: string
  readonly out: string
  readonly session: SessionOptions
}

/** @throws what `segment` and `intoLabelFile` throw. */
export const segmentFile = (options: SegmentFileOptions): Promise<Segmentation> =>
  intoLabelFile(options.header, options.out, (image, append) =>
    segment({ ...options, image, onSlice: (_, labels) => append(labels) }),
  )
