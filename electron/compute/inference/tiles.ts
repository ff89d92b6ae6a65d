// Covering a slice that is too large for one run: overlapping windows whose answers are blended.

/** Start of each window along one axis: windows overlap by at least half, the last one ends at the border. */
export function windowStarts(size: number, window: number): number[] {
  if (size <= window) return [0]
  const count = Math.ceil((size - window) / (window / 2)) + 1
  return Array.from({ length: count }, (_, n) => Math.round((n * (size - window)) / (count - 1)))
}

/**
 * How much a window's pixels count, row-major: a Gaussian of an eighth of the window, since predictions are worst at its border
 * (Isensee et al. 2021, nnU-Net). Never 0, so that every pixel has an answer.
 */
export function windowWeights(columns: number, rows: number): Float32Array {
  const bell = (n: number, size: number): number => Math.exp(-0.5 * ((n - (size - 1) / 2) / (size / 8)) ** 2)
  const weights = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      weights[row * columns + column] = Math.max(1e-3, bell(row, rows) * bell(column, columns))
  return weights
}
