// How far reconstructions are from their images: per value, and summed per image, as the model's own training counted.
import type { LatentFacts } from '../modelFile/latentMetadata'

/** Probabilities nearer to 0 or 1 than this would give infinite nats. */
const EDGE = 1e-7

/** Error at every value: squared difference, or cross entropy in nats. */
export function errorMaps(error: LatentFacts['error'], images: Float32Array, outputs: Float32Array): Float32Array {
  if (error === 'squaredError') return images.map((value, at) => (value - outputs[at]!) ** 2)
  return images.map((value, at) => {
    const p = Math.min(1 - EDGE, Math.max(EDGE, outputs[at]!))
    return -(value * Math.log(p) + (1 - value) * Math.log(1 - p))
  })
}

/** @param maps [count, elements]. @returns [count] */
export function summedErrors(maps: Float32Array, elements: number): Float32Array {
  const out = new Float32Array(maps.length / elements)
  for (let n = 0; n < out.length; n++) {
    let sum = 0
    for (let at = n * elements, end = at + elements; at < end; at++) sum += maps[at]!
    out[n] = sum
  }
  return out
}
