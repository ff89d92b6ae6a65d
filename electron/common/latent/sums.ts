// Sums of codes: the mean of some, and a point moved along the difference of two means.

/** Mean of some codes. @param values [count, units] @returns [units] */
export function meanCode(values: Float32Array, units: number, indices: ArrayLike<number>): Float32Array {
  const out = new Float32Array(units)
  for (let n = 0; n < indices.length; n++)
    for (let d = 0; d < units; d++) out[d]! += values[indices[n]! * units + d]! / indices.length
  return out
}

/** `from` moved by a share of the way from the mean that is taken away to the one that is added: [units]. */
export const alongDifference = (
  from: Float32Array,
  added: Float32Array,
  taken: Float32Array,
  amount: number,
): Float32Array => from.map((value, d) => value + amount * (added[d]! - taken[d]!))
