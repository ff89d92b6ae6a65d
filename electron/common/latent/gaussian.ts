// A Gaussian fitted to codes: where an autoencoder's samples are drawn from, and what a VAE's codes look like all together.
import { CholeskyDecomposition, type Matrix } from 'ml-matrix'
import { momentsOf, rowsOf } from './pca'

export interface Gaussian {
  /** [dimensions] */
  readonly mean: Float64Array
  readonly covariance: Matrix
}

/**
 * The aggregate posterior's first two moments: mean of the means; covariance of the means plus mean of the posteriors' own variances
 * (law of total covariance). Without variances: the Gaussian fitted to the codes.
 * @param codes [count, dimensions]
 * @param logVariances as codes; null for autoencoders
 */
export function aggregatePosterior(
  codes: Float32Array,
  dimensions: number,
  logVariances: Float32Array | null = null,
): Gaussian {
  const { mean, covariance } = momentsOf(rowsOf(codes, dimensions))
  if (logVariances) {
    const count = codes.length / dimensions
    for (let d = 0; d < dimensions; d++) {
      let sum = 0
      for (let at = d; at < logVariances.length; at += dimensions) sum += Math.exp(logVariances[at]!)
      covariance.set(d, d, covariance.get(d, d) + sum / count)
    }
  }
  return { mean, covariance }
}

/**
 * Draws of the Gaussian from standard normal numbers [n, dimensions]: mean + L noise.
 * Directions in which the codes do not vary at all are given a variance of a millionth of the largest, so that L exists.
 */
export function drawGaussian({ mean, covariance }: Gaussian, noise: Float32Array): Float32Array {
  const dimensions = mean.length
  const steadied = covariance.clone()
  const ridge = 1e-6 * Math.max(...covariance.diagonal(), 1e-12)
  for (let d = 0; d < dimensions; d++) steadied.set(d, d, steadied.get(d, d) + ridge)
  const factor = new CholeskyDecomposition(steadied).lowerTriangularMatrix
  const out = new Float32Array(noise.length)
  for (let start = 0; start < noise.length; start += dimensions)
    for (let i = 0; i < dimensions; i++) {
      let value = mean[i]!
      for (let j = 0; j <= i; j++) value += factor.get(i, j) * noise[start + j]!
      out[start + i] = value
    }
  return out
}
