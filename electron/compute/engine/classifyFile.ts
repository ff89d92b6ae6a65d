// Classing the pixels of a prepared image file into a raw label file: how a classifier of pixels segments.
import type { ModelLabel } from '#common/ipc/compute'
import { Classifier } from '../classify/classifier'
import { classifyPixels } from '../classify/classifyPixels'
import { stepFor } from '../classify/step'
import { pixelLabels } from '../modelFile/latentMetadata'
import type { SegmentFileOptions } from './segmentFile'
import { intoLabelFile } from './labelFile'

export interface ClassifyFileOptions extends Omit<SegmentFileOptions, 'model'> {
  /** Path of the classifier. */
  readonly model: string
}

export interface ClassifiedFile {
  readonly labels: readonly ModelLabel[]
  readonly seconds: number
  readonly notices: readonly string[]
}

/** @throws model-incompatible for a classifier of whole images; what `classifyPixels` and `intoLabelFile` throw. */
export async function classifyFile(options: ClassifyFileOptions): Promise<ClassifiedFile> {
  const { model, header, out, session, signal, onProgress } = options
  const start = performance.now()
  const secondsGone = (): number => (performance.now() - start) / 1000
  const classifier = await Classifier.open(model, session)
  try {
    return await intoLabelFile(header, out, async (image, append) => {
      const { values, facts } = classifier
      const step = stepFor(image.network, facts.shape)
      let found = 0
      await classifyPixels({
        ...{ classifier, image, step, signal, known: [] },
        onProgress: (done, total) => onProgress(done, total, (secondsGone() / done) * (total - done)),
        onSlice: (_, classes) => {
          found += classes.reduce((sum, index) => sum + Number(values[index]! > 0), 0)
          return append(Uint16Array.from(classes, index => values[index]!))
        },
      })
      return {
        labels: pixelLabels(facts),
        seconds: secondsGone(),
        notices: [
          ...image.header.notices,
          ...(step === 1
            ? []
            : [`One pixel of ${step} × ${step} was classified, and the others are taken to be as it is.`]),
          ...(found > 0 ? [] : ['The model found none of its labels in this image.']),
        ],
      }
    })
  } finally {
    await classifier.release()
  }
}
