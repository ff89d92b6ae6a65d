// Principal components, exact: eigenvectors of the covariance matrix. What autoencoders are measured against, and a map of codes.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { SagittaError } from '../errors'

export interface Pca {
  readonly dimensions: number
  /** [dimensions] */
  readonly mean: Float64Array
  /** Directions of length 1, by falling variance: components[c * dimensions + d]. The largest entry of each is positive. */
  readonly components: Float64Array
  /** Variance along each component (sum over items / items), all of them. */
  readonly variances: Float64Array
}

/** Rows as numbers, read one after the other: data need not lie in memory as floats. */
export interface Rows {
  readonly count: number
  readonly dimensions: number
  /** Writes row n into `out`, which has `dimensions` entries. */
  read(n: number, out: Float32Array | Float64Array): void
}

export const rowsOf = (values: Float32Array, dimensions: number): Rows => ({
  count: values.length / dimensions,
  dimensions,
  read: (n, out) => out.set(values.subarray(n * dimensions, (n + 1) * dimensions)),
})

/** @throws no-training-data for fewer than two rows; not-finite naming the first row with NaN or infinity. */
export function fitPca(rows: Rows): Pca {
  const { count, dimensions } = rows
  if (count < 2)
    throw new SagittaError('no-training-data', `Principal components need at least 2 items, and there are ${count}.`)
  const { mean, covariance } = momentsOf(rows)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, n) => n).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const components = new Float64Array(dimensions * dimensions)
  order.forEach((from, to) => components.set(signed(eigenvectorMatrix.getColumn(from)), to * dimensions))
  return {
    dimensions,
    mean,
    components,
    variances: Float64Array.from(order, n => Math.max(0, realEigenvalues[n]!)),
  }
}

/** Mean and covariance (divided by the number of rows) in two passes. */
export function momentsOf(rows: Rows): { mean: Float64Array; covariance: Matrix } {
  const { count, dimensions } = rows
  const row = new Float64Array(dimensions)
  const mean = new Float64Array(dimensions)
  for (let n = 0; n < count; n++) {
    rows.read(n, row)
    for (let d = 0; d < dimensions; d++) mean[d]! += row[d]!
  }
  for (let d = 0; d < dimensions; d++) mean[d]! /= count
  const wrong = mean.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) throw notFinite(rows)
  return { mean, covariance: covarianceOf(rows, mean) }
}

/** Columns that are handled together: their part of the sums stays in the cache. */
const BLOCK = 64

function covarianceOf(rows: Rows, mean: Float64Array): Matrix {
  const { count, dimensions } = rows
  const sums = new Float64Array(dimensions * dimensions)
  const centred = new Float64Array(BLOCK * dimensions)
  const row = new Float64Array(dimensions)
  for (let first = 0; first < count; first += BLOCK) {
    const block = Math.min(BLOCK, count - first)
    for (let b = 0; b < block; b++) {
      rows.read(first + b, row)
      for (let d = 0; d < dimensions; d++) centred[d * BLOCK + b] = row[d]! - mean[d]!
    }
    for (let i = 0; i < dimensions; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0
        for (let a = i * BLOCK, c = j * BLOCK, end = a + block; a < end; a++, c++) sum += centred[a]! * centred[c]!
        sums[i * dimensions + j]! += sum
      }
  }
  const covariance = new Matrix(dimensions, dimensions)
  for (let i = 0; i < dimensions; i++)
    for (let j = 0; j <= i; j++) {
      const value = sums[i * dimensions + j]! / count
      covariance.set(i, j, value)
      covariance.set(j, i, value)
    }
  return covariance
}

function notFinite(rows: Rows): SagittaError {
  const row = new Float64Array(rows.dimensions)
  for (let n = 0; n < rows.count; n++) {
    rows.read(n, row)
    if (!row.every(Number.isFinite))
      return new SagittaError(
        'not-finite',
        `Item ${n} holds NaN or infinity, so principal components cannot be computed. Leave it out.`,
        { index: n },
      )
  }
  return new SagittaError('not-finite', 'The values are too large for their mean to be computed. Scale them down.')
}

/** A direction and its opposite are the same component: one of them is chosen, the same on every machine. */
function signed(direction: number[]): number[] {
  const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) + 1e-9 ? b : a), 0)
  return largest < 0 ? direction.map(value => -value) : direction
}

/** Coordinates along the first `keep` components: [count, keep]. */
export function projectPca({ mean, components, dimensions }: Pca, rows: Rows, keep: number): Float32Array {
  const out = new Float32Array(rows.count * keep)
  const row = new Float64Array(dimensions)
  for (let n = 0; n < rows.count; n++) {
    rows.read(n, row)
    for (let c = 0; c < keep; c++) {
      let sum = 0
      for (let d = 0, at = c * dimensions; d < dimensions; d++, at++) sum += (row[d]! - mean[d]!) * components[at]!
      out[n * keep + c] = sum
    }
  }
  return out
}

/** The point at coordinates along the first components. */
export function pointOfPca({ mean, components, dimensions }: Pca, coordinates: ArrayLike<number>): Float32Array {
  const out = Float64Array.from(mean)
  for (let c = 0; c < coordinates.length; c++)
    for (let d = 0; d < dimensions; d++) out[d]! += coordinates[c]! * components[c * dimensions + d]!
  return Float32Array.from(out)
}

/** Squared error of each row after projection onto the first `keep` components, summed over its dimensions. */
export function pcaErrors(pca: Pca, rows: Rows, keep: number): Float32Array {
  const coordinates = projectPca(pca, rows, keep)
  const errors = new Float32Array(rows.count)
  const row = new Float64Array(pca.dimensions)
  for (let n = 0; n < rows.count; n++) {
    rows.read(n, row)
    // Components are orthonormal: what is left is the length of the centred row less that of its coordinates.
    let left = 0
    for (let d = 0; d < row.length; d++) left += (row[d]! - pca.mean[d]!) ** 2
    for (let c = 0; c < keep; c++) left -= coordinates[n * keep + c]! ** 2
    errors[n] = Math.max(0, left)
  }
  return errors
}
