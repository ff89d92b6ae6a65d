// Intensities as the network sees them: clipped, then centred and scaled.
import type { Normalization, Preprocessing } from '../ipc/training'

/** Numbers that hold for one image. */
export interface Intensity {
  readonly clip: Preprocessing['clip']
  readonly normalization: { readonly mean: number; readonly sd: number }
}

/** Real values (HU for CT) to network values: (clip(v) - mean) / sd. Not finite in, not finite out: callers check. */
export function normalise(values: ArrayLike<number>, { clip, normalization: { mean, sd } }: Intensity): Float32Array {
  const [low, high] = clip ?? [-Infinity, Infinity]
  const out = new Float32Array(values.length)
  for (let n = 0; n < out.length; n++) {
    const value = values[n]!
    out[n] = ((value < low ? low : value > high ? high : value) - mean) / sd
  }
  return out
}

/** Index of the first value that is NaN or infinite, -1 when there is none. */
export function firstNotFinite(values: Float32Array): number {
  for (let n = 0; n < values.length; n++) if (!Number.isFinite(values[n]!)) return n
  return -1
}

/** Mean, standard deviation and range of an image's voxels, gathered slice by slice (Welford 1962, in parts: Chan et al. 1979). */
export class VoxelStatistics {
  private count = 0
  private mean = 0
  /** Sum of squared distances from the mean. */
  private squares = 0
  private least = Infinity
  private most = -Infinity

  add(values: ArrayLike<number>): void {
    let sum = 0
    for (let n = 0; n < values.length; n++) {
      const value = values[n]!
      sum += value
      if (value < this.least) this.least = value
      if (value > this.most) this.most = value
    }
    const mean = sum / values.length
    let squares = 0
    for (let n = 0; n < values.length; n++) squares += (values[n]! - mean) ** 2
    const count = this.count + values.length
    const apart = mean - this.mean
    this.squares += squares + (apart * apart * this.count * values.length) / count
    this.mean += (apart * values.length) / count
    this.count = count
  }

  /** What a rule for each image's own voxels comes to for this one. An image of one value becomes 0. */
  numbersFor(rule: Extract<Normalization, { perImage: string }>['perImage']): Intensity['normalization'] {
    return rule === 'z-score'
      ? { mean: this.mean, sd: Math.sqrt(this.squares / this.count) || 1 }
      : { mean: this.least, sd: this.most - this.least || 1 }
  }
}
