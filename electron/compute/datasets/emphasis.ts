// Rare labels count more at the start of a training, and like everything else at its end.

export interface Emphasis {
  /** Weight of a pixel of each class at step 0, background first. */
  readonly weights: readonly number[]
  /** Step from which on only `rest` of the emphasis is left. */
  readonly untilStep: number
  /** Exponent of the weights at the end, 0 to 1. */
  readonly rest: number
}

/**
 * Multiplies the weights of a batch: class weight to the power of what is left of the emphasis, falling linearly from 1 to 0.
 * A lesion of one voxel in a thousand is found early that way; kept up to the end, the weights would move every border outward.
 */
export function emphasise(
  weight: Float32Array,
  target: Int32Array,
  { weights, untilStep, rest }: Emphasis,
  step: number,
): void {
  const left = Math.max(rest, 1 - (1 - rest) * (step / untilStep))
  if (left === 0) return
  const factors = Float32Array.from(weights, value => value ** left)
  for (let n = 0; n < weight.length; n++) weight[n]! *= factors[target[n]!]!
}
