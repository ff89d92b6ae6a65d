// How well a label map agrees with the truth, label by label: the document of `sagitta evaluate`.
import { SagittaError } from '../errors'
import { volumePerVoxelMm3 } from '../geometry/affine'
import type { Grid, Vec3 } from '../geometry/types'
import { countedMean, dice, iou, overlapCounts, type OverlapCounts } from './overlap'
import { surfaceDistances, type SurfaceDistances } from './surface'

export interface LabelEvaluation {
  readonly value: number
  readonly name: string
  readonly dice: number | null
  readonly iou: number | null
  /** null also when only one of the two is empty: Dice is 0 then. */
  readonly hd95Mm: number | null
  readonly assdMm: number | null
  /** null where the grid has no affine. */
  readonly volumeMl: { readonly pred: number | null; readonly truth: number | null }
  /** Prediction minus truth. */
  readonly volumeDifferenceMl: number | null
  /** False when the label is empty in both: it is left out of the mean. */
  readonly counted: boolean
}

export interface Evaluation {
  readonly labels: readonly LabelEvaluation[]
  readonly mean: { readonly dice: number | null; readonly iou: number | null; readonly counted: number }
}

/**
 * @param labels which values to evaluate, with the names to show.
 * @param known per slice, false where the truth says nothing (not completed); absent: every slice counts.
 * @throws grid-mismatch when the two maps differ in size.
 */
export function evaluateLabels(
  prediction: Uint16Array,
  truth: Uint16Array,
  grid: Pick<Grid, 'size' | 'spacingMm' | 'affineLps'>,
  labels: readonly { value: number; name: string }[],
  known?: readonly boolean[],
): Evaluation {
  const voxels = grid.size[0] * grid.size[1] * grid.size[2]
  if (prediction.length !== voxels || truth.length !== voxels)
    throw new SagittaError(
      'grid-mismatch',
      `The prediction has ${prediction.length} voxels and the truth ${truth.length}; their grid has ${voxels}. Both must lie on the same grid.`,
      { prediction: prediction.length, truth: truth.length, grid: grid.size },
    )
  const voxelMl = grid.affineLps ? volumePerVoxelMm3(grid.affineLps) / 1000 : null
  const evaluated = labels.map(label => {
    const a = maskOf(prediction, label.value, grid.size, known)
    const b = maskOf(truth, label.value, grid.size, known)
    const counts = overlapCounts(a, b, 2)[1]!
    const distances = voxelMl === null ? null : surfaceDistances(a, b, grid.size, grid.spacingMm)
    return labelEvaluation(label, counts, distances, voxelMl)
  })
  const diceMean = countedMean(evaluated.map(label => label.dice))
  return {
    labels: evaluated,
    mean: { dice: diceMean.mean, iou: countedMean(evaluated.map(label => label.iou)).mean, counted: diceMean.counted },
  }
}

function labelEvaluation(
  { value, name }: { value: number; name: string },
  counts: OverlapCounts,
  distances: SurfaceDistances | null,
  voxelMl: number | null,
): LabelEvaluation {
  const ml = (voxels: number): number | null => (voxelMl === null ? null : voxels * voxelMl)
  return {
    value,
    name,
    dice: dice(counts),
    iou: iou(counts),
    hd95Mm: distances?.hd95Mm ?? null,
    assdMm: distances?.assdMm ?? null,
    volumeMl: { pred: ml(counts.both + counts.onlyPrediction), truth: ml(counts.both + counts.onlyTruth) },
    volumeDifferenceMl: ml(counts.onlyPrediction - counts.onlyTruth),
    counted: dice(counts) !== null,
  }
}

function maskOf(
  labels: Uint16Array,
  value: number,
  [columns, rows]: Vec3,
  known: readonly boolean[] | undefined,
): Uint8Array {
  const mask = new Uint8Array(labels.length)
  for (let n = 0; n < mask.length; n++) if (labels[n] === value) mask[n] = 1
  known?.forEach((complete, k) => {
    if (!complete) mask.fill(0, k * columns * rows, (k + 1) * columns * rows)
  })
  return mask
}
