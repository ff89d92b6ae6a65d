// Lower triangular matrices stored row by row: entry (i, j), j <= i, at i (i + 1) / 2 + j.

/** Numbers in a lower triangle of d rows. */
export const triangleSize = (d: number): number => (d * (d + 1)) / 2

/** 1 where an entry lies on the diagonal. */
export function diagonalMask(d: number): Float32Array {
  const mask = new Float32Array(triangleSize(d))
  for (let i = 0; i < d; i += 1) mask[triangleSize(i) + i] = 1
  return mask
}

/** The column of each entry. */
export const columnIndices = (d: number): Int32Array =>
  Int32Array.from(Array.from({ length: d }, (_, i) => Array.from({ length: i + 1 }, (_, j) => j)).flat())

/** [triangle, d], row-major: 1 where the entry belongs to the row; a product with it sums each row. */
export function rowSums(d: number): Float32Array {
  const sums = new Float32Array(triangleSize(d) * d)
  for (let i = 0; i < d; i += 1) for (let j = 0; j <= i; j += 1) sums[(triangleSize(i) + j) * d + i] = 1
  return sums
}
