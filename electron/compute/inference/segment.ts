// Segmenting a prepared image: batches of slices through the network, and back onto the grid the image was acquired on.
import { SagittaError, cancelled } from '#common/errors'
import { volumePerVoxelMm3 } from '#common/geometry/affine'
import type { ModelLabel } from '#common/ipc/compute'
import { valuesOf } from '#common/preprocessing/classes'
import { Restorer } from '#common/preprocessing/restore'
import { slicePlan } from '#common/preprocessing/slicePlan'
import { neighbourhood, neighbourStep } from '../datasets/neighbours'
import { imageFacts } from '../datasets/imageFacts'
import type { PreparedCase } from '../datasets/preparedCase'
import type { ModelFile } from '../modelFile/readModel'
import type { SessionOptions } from '../runtime/openSession'
import { decisionScores } from './decide'
import { Network } from './network'
import { SlicePredictor } from './slicePredictor'
import { unlikeTraining } from './unlikeTraining'

export interface SegmentOptions {
  readonly model: ModelFile
  /** Prepared with the model's own preprocessing. */
  readonly image: PreparedCase
  readonly session: SessionOptions
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number, secondsLeft: number | null) => void
  /** Called for every acquired slice once, in ascending order: label values, row-major as acquired. */
  readonly onSlice: (k: number, labels: Uint16Array) => Promise<void> | void
}

export interface SegmentedLabel extends ModelLabel {
  readonly voxels: number
  /** null where the image says nothing about space. */
  readonly volumeMl: number | null
}

export interface Segmentation {
  readonly labels: readonly SegmentedLabel[]
  readonly seconds: number
  readonly notices: readonly string[]
}

/** @throws model-invalid, model-incompatible, not-finite, cancelled between batches. */
export async function segment(options: SegmentOptions): Promise<Segmentation> {
  const { model, image } = options
  refuseOtherPreprocessing(options)
  const start = performance.now()
  const network = await Network.open(model, options.session)
  try {
    const counts = await run(options, network)
    const { affineLps } = image.header.grid
    const voxelMl = affineLps && volumePerVoxelMm3(affineLps) / 1000
    return {
      labels: model.metadata.model.labels.map(label => {
        const voxels = counts[label.value] ?? 0
        return { ...label, voxels, volumeMl: voxelMl && voxels * voxelMl }
      }),
      seconds: (performance.now() - start) / 1000,
      notices: noticesOf(options, counts),
    }
  } finally {
    await network.release()
  }
}

/** Voxels per label value. */
async function run(options: SegmentOptions, network: Network): Promise<Record<number, number>> {
  const { model, image, signal, onProgress, onSlice } = options
  const { preprocessing, model: facts } = model.metadata
  const table = { values: facts.labels.map(label => label.value) }
  const restorer = new Restorer(slicePlan(image.header.grid, preprocessing, image.header.box))
  const predictor = new SlicePredictor({ network, padding: preprocessing.padding, ...facts.network }, image.network)
  const { neighbours } = facts.network
  const step = neighbourStep(neighbours.mm, image.header.spacingMm)
  const { slices } = image.network
  const counts: Record<number, number> = {}
  const start = performance.now()
  for (let first = 0; first < slices; first += predictor.batch) {
    if (signal.aborted) throw cancelled('Segmenting')
    const batch = Array.from({ length: Math.min(predictor.batch, slices - first) }, (_, n) => first + n)
    const predicted = await predictor.predict(
      batch.map(n => neighbourhood(n, { count: neighbours.count, step, slices }).map(k => image.values(k))),
    )
    for (const [n, planes] of predicted.entries())
      for (const { k, classes } of restorer.add(first + n, decisionScores(planes, facts.decision ?? null))) {
        const labels = valuesOf(classes, table)
        for (const value of labels) counts[value] = (counts[value] ?? 0) + 1
        await onSlice(k, labels)
      }
    const done = first + batch.length
    onProgress(done, slices, (((performance.now() - start) / done) * (slices - done)) / 1000)
  }
  return counts
}

/** The one mistake that has no visible sign: an image prepared for another model (CASES T04). */
function refuseOtherPreprocessing({ model, image }: SegmentOptions): void {
  if (JSON.stringify(model.metadata.preprocessing) === JSON.stringify(image.header.preprocessing)) return
  throw new SagittaError('internal', `${image.header.image} was not prepared with the preprocessing of ${model.path}.`)
}

function noticesOf({ model, image }: SegmentOptions, counts: Record<number, number>): string[] {
  const { modality, labels } = model.metadata.model
  const found = labels.some(label => (counts[label.value] ?? 0) > 0)
  return [
    ...image.header.notices,
    ...(modality !== '' && image.header.modality !== '' && modality !== image.header.modality
      ? [`The model was trained on ${modality}; this image is ${image.header.modality}. Its answer may mean nothing.`]
      : []),
    ...unlikeTraining(model.metadata, imageFacts(image)),
    ...(found ? [] : ['The model found none of its labels in this image.']),
  ]
}
