// What a prepared image looks like to a network, in a few numbers: how its values are spread, and how large its voxels are.
import type { PreparedCase } from './preparedCase'

export interface ImageFacts {
  /** Values as the network sees them, at `QUANTILES` evenly spaced shares: 0.025, 0.075... 0.975. */
  readonly quantiles: readonly number[]
  /** Of the voxels as acquired, [x, y, z]; null where the image says nothing about space. */
  readonly spacingMm: readonly [number, number, number] | null
}

export const QUANTILES = 20

/** Enough to tell a distribution to a hundredth of its width, few enough to read in a moment. */
const SLICES = 64
const VALUES_A_SLICE = 2048

export function imageFacts(image: PreparedCase): ImageFacts {
  const { slices, rows, columns } = image.network
  const read = Math.min(SLICES, slices)
  const pixels = rows * columns
  // An odd stride walks through all columns of a slice.
  const stride = Math.max(1, Math.floor(pixels / VALUES_A_SLICE)) | 1
  const perSlice = Math.ceil(pixels / stride)
  const values = new Float32Array(read * perSlice)
  for (let n = 0; n < read; n++) {
    const slice = image.values(Math.floor(((n + 0.5) * slices) / read))
    for (let at = 0; at < perSlice; at++) values[n * perSlice + at] = slice[at * stride]!
  }
  values.sort()
  const { grid, spacingMm } = image.header
  return {
    quantiles: Array.from(
      { length: QUANTILES },
      (_, n) => values[Math.floor(((n + 0.5) / QUANTILES) * values.length)]!,
    ),
    spacingMm: spacingMm && grid.spacingMm,
  }
}
