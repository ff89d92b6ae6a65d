// A prepared volume under a classifier of pixels: each pixel by the patch around it, as a label map on the acquired grid.
import { SagittaError, cancelled } from '#common/errors'
import { Confusion, type ClassScores } from '#common/metrics/confusion'
import { Restorer } from '#common/preprocessing/restore'
import { slicePlan } from '#common/preprocessing/slicePlan'
import type { PreparedCase } from '../datasets/preparedCase'
import { likeliestClasses } from '../inference/likeliest'
import type { Classifier } from './classifier'
import { Surround } from './surround'

export interface ClassifyPixelsOptions {
  readonly classifier: Classifier
  /** Prepared unscaled, cut to the body as the classifier's own images were. */
  readonly image: PreparedCase
  /** Every so many pixels of a row and a column one is classed, and those around it are taken to be the same. */
  readonly step: number
  /** Class of the classifier for each class of the volume's labels, background first; null for one it does not know. */
  readonly known: readonly (number | null)[]
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
  /** Called for every acquired slice once, in ascending order: class indices, row-major as acquired. */
  readonly onSlice: (k: number, classes: Uint8Array) => Promise<void> | void
}

const BATCH = 1024

/**
 * @returns how often it is right on the complete slices of a labelled volume; null without any.
 * @throws model-incompatible for a classifier of whole images; not-finite, cancelled.
 */
export async function classifyPixels(options: ClassifyPixelsOptions): Promise<ClassScores | null> {
  const { classifier, image, known, signal, onProgress, onSlice } = options
  if (!classifier.ofPixels)
    throw new SagittaError(
      'model-incompatible',
      `${classifier.path} names whole images, not pixels, so it makes no label map. Write a table, or train one on patches with "labelBy": "centre".`,
      { path: classifier.path },
    )
  const { network, header } = image
  const restorer = new Restorer(slicePlan(header.grid, header.preprocessing, header.box))
  const confusion = new Confusion(classifier.facts.classes)
  for (let k = 0; k < network.slices; k++) {
    const planes = await classified(options, k, signal)
    if (header.target && header.target.weights[k]! > 0) count(confusion, planes, image.classes(k), known)
    for (const ready of restorer.add(k, planes)) await onSlice(ready.k, ready.classes)
    onProgress(k + 1, network.slices)
  }
  return confusion.scores()
}

/** Probabilities of slice k, one plane per class. */
async function classified(
  { classifier, image, step }: ClassifyPixelsOptions,
  k: number,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const { columns, rows } = image.network
  const { shape, scale, classes } = classifier.facts
  const surround = new Surround(image.values(k), { columns, rows }, { rows: shape[1]!, columns: shape[2]! }, scale)
  const [across, down] = [Math.ceil(columns / step), Math.ceil(rows / step)]
  const planes = classes.map(() => new Float32Array(columns * rows))
  const patches = new Float32Array(BATCH * classifier.elements)
  for (let first = 0; first < across * down; first += BATCH) {
    if (signal.aborted) throw cancelled('Classifying')
    const size = Math.min(BATCH, across * down - first)
    for (let n = 0; n < size; n++) {
      const { row, column } = centreOf(first + n, across, step, { columns, rows })
      surround.copy(row, column, patches, n * classifier.elements)
    }
    const found = await classifier.probabilities(patches.slice(0, size * classifier.elements))
    for (let n = 0; n < size; n++) {
      const [top, left] = [Math.floor((first + n) / across) * step, ((first + n) % across) * step]
      for (let row = top; row < Math.min(rows, top + step); row++)
        for (const [c, plane] of planes.entries())
          plane.fill(
            found[n * classes.length + c]!,
            row * columns + left,
            row * columns + Math.min(columns, left + step),
          )
    }
  }
  return planes
}

/** The pixel in the middle of block n. */
function centreOf(n: number, across: number, step: number, { columns, rows }: { columns: number; rows: number }) {
  return {
    row: Math.min(rows - 1, Math.floor(n / across) * step + (step >> 1)),
    column: Math.min(columns - 1, (n % across) * step + (step >> 1)),
  }
}

function count(
  confusion: Confusion,
  planes: readonly Float32Array[],
  labels: Uint8Array,
  known: readonly (number | null)[],
): void {
  const found = likeliestClasses(planes)
  for (let p = 0; p < labels.length; p++) {
    const truth = known[labels[p]!] ?? null
    if (truth !== null) confusion.add(truth, found[p]!)
  }
}
