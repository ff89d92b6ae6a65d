// What regularisation buys, as numbers: continuity of the decoder and completeness of the latent space (docs/latent.md has the reasons).
import { nearest } from './neighbours'
import { thresholdOf } from './roc'

/** Decodes points [n, dimensions] to images [n, pixels]. */
export type Decode = (points: Float32Array) => Promise<Float32Array>

export interface Continuity {
  /**
   * Mean over pairs of an item and its nearest neighbour in code: how far the middle of the decoded way is from the mean of its decoded
   * ends, as root mean square over pixels, divided by the data's own (RMS of images around their mean). 0: decodes blend linearly.
   */
  readonly bend: number
  /**
   * Mean change of the decode, as RMS over pixels divided by the data's, for a step of `step` standard deviations of the codes in a random
   * direction: low is smooth.
   */
  readonly change: number
}

export interface Completeness {
  /** Share of samples whose decode lies as near to some image of the data as 95 % of the held-out images do. */
  readonly plausible: number
  /** Share of held-out images that have a decoded sample as near as that: how much of the data the samples reach. */
  readonly coverage: number
}

/** @param data images [n, pixels]; the RMS distance of a pixel from its mean image. */
export function spreadOf(data: Float32Array, pixels: number): number {
  const count = data.length / pixels
  const mean = new Float64Array(pixels)
  for (let at = 0; at < data.length; at++) mean[at % pixels]! += data[at]! / count
  let sum = 0
  for (let at = 0; at < data.length; at++) sum += (data[at]! - mean[at % pixels]!) ** 2
  return Math.sqrt(sum / data.length)
}

/**
 * @param codes [count, dimensions] of the items that are asked
 * @param noise standard normal [count, dimensions]: directions
 * @param spread the data's, from `spreadOf`
 */
export async function continuityOf(
  codes: Float32Array,
  dimensions: number,
  noise: Float32Array,
  spread: number,
  decode: Decode,
  step = 0.1,
): Promise<Continuity> {
  const count = codes.length / dimensions
  const others = new Float32Array(codes.length)
  for (let n = 0; n < count; n++) {
    const code = codes.subarray(n * dimensions, (n + 1) * dimensions)
    const { indices } = nearest(codes, dimensions, code, 1, n)
    const other = indices[0] ?? n
    others.set(codes.subarray(other * dimensions, (other + 1) * dimensions), n * dimensions)
  }
  const middles = codes.map((value, at) => (value + others[at]!) / 2)
  const length = step * scaleOf(codes, dimensions)
  const moved = codes.map((value, at) => value + length * unitNoise(noise, at, dimensions))
  const [here, there, between, after] = [
    await decode(codes),
    await decode(others),
    await decode(middles),
    await decode(moved),
  ]
  const pixels = here.length / count
  const bends = meanRms(count, pixels, at => between[at]! - (here[at]! + there[at]!) / 2)
  const changes = meanRms(count, pixels, at => after[at]! - here[at]!)
  return { bend: bends / spread, change: changes / spread }
}

/** RMS distance of codes from their mean: what "one standard deviation" of the code as a whole is. */
function scaleOf(codes: Float32Array, dimensions: number): number {
  return spreadOf(codes, dimensions) * Math.sqrt(dimensions)
}

function unitNoise(noise: Float32Array, at: number, dimensions: number): number {
  const start = at - (at % dimensions)
  let square = 0
  for (let d = 0; d < dimensions; d++) square += noise[start + d]! ** 2
  return noise[at]! / Math.sqrt(square || 1)
}

function meanRms(count: number, pixels: number, difference: (at: number) => number): number {
  let total = 0
  for (let n = 0; n < count; n++) {
    let sum = 0
    for (let p = 0; p < pixels; p++) sum += difference(n * pixels + p) ** 2
    total += Math.sqrt(sum / pixels)
  }
  return total / count
}

/**
 * "Near" is what images of the data are to each other: the distance (over pixels) from held-out images to their nearest image of the
 * reference, of which 95 % stay below the radius.
 * @param reference images [n, pixels], of the training data
 * @param heldOut images the model was not trained on
 * @param samples decoded samples: of the prior, or of a Gaussian fitted to the codes
 */
export function completenessOf(
  reference: Float32Array,
  heldOut: Float32Array,
  samples: Float32Array,
  pixels: number,
): Completeness {
  const radius = thresholdOf(nearestDistances(heldOut, reference, pixels))
  const share = (distances: readonly number[]): number =>
    distances.filter(distance => distance <= radius).length / distances.length
  return {
    plausible: share(nearestDistances(samples, reference, pixels)),
    coverage: share(nearestDistances(heldOut, samples, pixels)),
  }
}

const nearestDistances = (from: Float32Array, to: Float32Array, pixels: number): number[] =>
  Array.from(
    { length: from.length / pixels },
    (_, n) => nearest(to, pixels, from.subarray(n * pixels, (n + 1) * pixels), 1).distances[0]!,
  )
