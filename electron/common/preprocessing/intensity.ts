// Intensities as the network sees them: clipped, then centred and scaled.
import type { Preprocessing } from '../ipc/training'

/** Real values (HU for CT) to network values: (clip(v) - mean) / sd. Not finite in, not finite out: callers check. */
export function normalise(
  values: ArrayLike<number>,
  { clip, normalization }: Pick<Preprocessing, 'clip' | 'normalization'>,
): Float32Array {
  const [low, high] = clip ?? [-Infinity, Infinity]
  const { mean, sd } = normalization
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
