// Values of images from 0 to 1: what a network is shown.
import type { Scale } from '#common/latent/imageSource'

/** Writes values scaled into `out` from `at` on, cut to 0 to 1; without a scale as they are. */
export function writeScaled(
  values: ArrayLike<number>,
  scale: Scale | null,
  out: Float32Array | Float64Array,
  at = 0,
): void {
  if (!scale) {
    out.set(values, at)
    return
  }
  const { low, high } = scale
  const factor = 1 / (high - low)
  for (let p = 0; p < values.length; p++) {
    const value = (values[p]! - low) * factor
    out[at + p] = value < 0 ? 0 : value > 1 ? 1 : value
  }
}
