// Resampling along one axis at a time: linear for images and probabilities, class by class for labels.

/**
 * For each target sample the source samples it is made of: `count` weights from `first[target]` on, summing to 1.
 * Samples are cells of equal width over the same extent: target cell o is centred at (o + 0.5) * source / target - 0.5 in source
 * cells. Growing, this is linear interpolation with repeated borders; shrinking, the tent widens with the step (the usual
 * antialiased linear filter), so that noise is averaged instead of picked.
 */
export interface Taps {
  readonly source: number
  readonly target: number
  readonly count: number
  readonly first: Int32Array
  readonly weights: Float32Array
}

export function tapsFor(source: number, target: number): Taps {
  const step = source / target
  const reach = Math.max(1, step)
  const count = Math.min(source, Math.ceil(2 * reach) + 1)
  const first = new Int32Array(target)
  const weights = new Float32Array(target * count)
  for (let o = 0; o < target; o++) {
    const centre = (o + 0.5) * step - 0.5
    const start = Math.min(Math.max(0, Math.ceil(centre - reach)), source - count)
    const tent = Array.from({ length: count }, (_, n) => Math.max(0, 1 - Math.abs(start + n - centre) / reach))
    const sum = tent.reduce((a, b) => a + b, 0)
    first[o] = start
    tent.forEach((value, n) => (weights[o * count + n] = value / sum))
  }
  return { source, target, count, first, weights }
}

/** How a slice of `columns x rows` is resampled; null where an axis keeps its samples. */
export interface PlaneTaps {
  readonly columns: Taps | null
  readonly rows: Taps | null
}

export const planeTaps = (
  from: { columns: number; rows: number },
  to: { columns: number; rows: number },
): PlaneTaps => ({
  columns: from.columns === to.columns ? null : tapsFor(from.columns, to.columns),
  rows: from.rows === to.rows ? null : tapsFor(from.rows, to.rows),
})

/** A row-major slice of `columns` across, resampled in both directions. Returns the input itself when nothing changes. */
export function resamplePlane(values: Float32Array, columns: number, taps: PlaneTaps): Float32Array {
  const across = taps.columns ? resampleColumns(values, taps.columns) : values
  return taps.rows ? resampleRows(across, taps.columns?.target ?? columns, taps.rows) : across
}

function resampleColumns(values: Float32Array, taps: Taps): Float32Array {
  const rows = values.length / taps.source
  const out = new Float32Array(rows * taps.target)
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < taps.target; o++) {
      const from = row * taps.source + taps.first[o]!
      const weight = o * taps.count
      let sum = 0
      for (let n = 0; n < taps.count; n++) sum += taps.weights[weight + n]! * values[from + n]!
      out[row * taps.target + o] = sum
    }
  return out
}

function resampleRows(values: Float32Array, columns: number, taps: Taps): Float32Array {
  const out = new Float32Array(taps.target * columns)
  for (let o = 0; o < taps.target; o++) {
    const to = o * columns
    for (let n = 0; n < taps.count; n++) {
      const weight = taps.weights[o * taps.count + n]!
      if (weight === 0) continue
      const from = (taps.first[o]! + n) * columns
      for (let column = 0; column < columns; column++) out[to + column]! += weight * values[from + column]!
    }
  }
  return out
}

/**
 * Blends classes: where a class's share is the largest, that class wins; ties go to the higher class, so that a structure of
 * one voxel is not lost to background. No value that was not there can come out (CASES S08).
 */
export class ClassVote {
  private readonly best: Float32Array
  readonly classes: Uint8Array

  constructor(length: number) {
    this.best = new Float32Array(length).fill(-1)
    this.classes = new Uint8Array(length)
  }

  /** Classes must be offered in ascending order. */
  offer(classIndex: number, share: Float32Array): void {
    for (let n = 0; n < share.length; n++)
      if (share[n]! >= this.best[n]!) {
        this.best[n] = share[n]!
        this.classes[n] = classIndex
      }
  }
}
