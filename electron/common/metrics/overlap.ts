// Overlap of two label maps: Dice and IoU per label, with one policy for empty labels (CASES T01).

/** Voxels of one label: in both, only in the prediction, only in the truth. */
export interface OverlapCounts {
  readonly both: number
  readonly onlyPrediction: number
  readonly onlyTruth: number
}

/**
 * Counts of labels 0..labels-1. Voxels whose weight is 0 are not looked at: nobody said what they are (DESIGN §4).
 * Values outside the range are ignored in that map, as if they were another label.
 */
export function overlapCounts(
  prediction: ArrayLike<number>,
  truth: ArrayLike<number>,
  labels: number,
  weight?: ArrayLike<number>,
): OverlapCounts[] {
  const both = new Float64Array(labels)
  const inPrediction = new Float64Array(labels)
  const inTruth = new Float64Array(labels)
  for (let n = 0; n < prediction.length; n++) {
    if (weight && weight[n] === 0) continue
    const p = prediction[n]!
    const t = truth[n]!
    if (p < labels) inPrediction[p]! += 1
    if (t < labels) inTruth[t]! += 1
    if (p === t && p < labels) both[p]! += 1
  }
  return Array.from(both, (shared, label) => ({
    both: shared,
    onlyPrediction: inPrediction[label]! - shared,
    onlyTruth: inTruth[label]! - shared,
  }))
}

export const NO_OVERLAP: OverlapCounts = { both: 0, onlyPrediction: 0, onlyTruth: 0 }

export const addCounts = (a: OverlapCounts, b: OverlapCounts): OverlapCounts => ({
  both: a.both + b.both,
  onlyPrediction: a.onlyPrediction + b.onlyPrediction,
  onlyTruth: a.onlyTruth + b.onlyTruth,
})

const size = ({ both, onlyPrediction, onlyTruth }: OverlapCounts): number => both + onlyPrediction + onlyTruth

/** 2 |A and B| / (|A| + |B|). Both empty: null, not counted. One empty: 0. */
export const dice = (counts: OverlapCounts): number | null =>
  size(counts) === 0 ? null : (2 * counts.both) / (2 * counts.both + counts.onlyPrediction + counts.onlyTruth)

/** |A and B| / |A or B| (Jaccard). Both empty: null, not counted. One empty: 0. */
export const iou = (counts: OverlapCounts): number | null => (size(counts) === 0 ? null : counts.both / size(counts))

/** Mean of what was counted, and how many that is; null when nothing was. */
export function countedMean(values: readonly (number | null)[]): { mean: number | null; counted: number } {
  const counted = values.filter(value => value !== null)
  const sum = counted.reduce((total, value) => total + value, 0)
  return { mean: counted.length === 0 ? null : sum / counted.length, counted: counted.length }
}
