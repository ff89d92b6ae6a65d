// Ways through the latent space: straight, along the sphere, along one axis, and the grid of a plane.
import { normalQuantile } from './normal'

/** Codes of a way, [steps, dimensions], both ends included. */
export function linearPath(from: Float32Array, to: Float32Array, steps: number): Float32Array {
  return pathOf(from, to, steps, t => [1 - t, t])
}

/**
 * Spherical interpolation (Shoemake 1985; White 2016, arXiv:1609.04468, section 2.1): samples of a Gaussian in many dimensions lie near
 * a sphere, and a straight way would leave it. Ends of different length: angle and length are interpolated together by the weights.
 * Parallel or zero ends: the straight way.
 */
export function sphericalPath(from: Float32Array, to: Float32Array, steps: number): Float32Array {
  const angle = angleBetween(from, to)
  const sine = Math.sin(angle)
  if (!(sine > 1e-6)) return linearPath(from, to, steps)
  return pathOf(from, to, steps, t => [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine])
}

function angleBetween(a: Float32Array, b: Float32Array): number {
  let [product, lengthA, lengthB] = [0, 0, 0]
  for (let d = 0; d < a.length; d++) {
    product += a[d]! * b[d]!
    lengthA += a[d]! ** 2
    lengthB += b[d]! ** 2
  }
  const lengths = Math.sqrt(lengthA * lengthB)
  return lengths === 0 ? 0 : Math.acos(Math.min(1, Math.max(-1, product / lengths)))
}

function pathOf(
  from: Float32Array,
  to: Float32Array,
  steps: number,
  weights: (t: number) => readonly [number, number],
): Float32Array {
  const dimensions = from.length
  const out = new Float32Array(steps * dimensions)
  for (let step = 0; step < steps; step++) {
    const t = steps === 1 ? 0 : step / (steps - 1)
    // The ends are the ends, whatever rounding makes of the weights.
    const [a, b] = t === 0 ? [1, 0] : t === 1 ? [0, 1] : weights(t)
    for (let d = 0; d < dimensions; d++) out[step * dimensions + d] = a * from[d]! + b * to[d]!
  }
  return out
}

/** `code` with dimension `axis` set to each of `values`: [values, dimensions]. */
export function traversal(code: Float32Array, axis: number, values: readonly number[]): Float32Array {
  const out = new Float32Array(values.length * code.length)
  values.forEach((value, n) => {
    out.set(code, n * code.length)
    out[n * code.length + axis] = value
  })
  return out
}

/** `count` values from -reach to reach. */
export const evenly = (count: number, reach: number): number[] =>
  Array.from({ length: count }, (_, n) => (count === 1 ? 0 : -reach + (2 * reach * n) / (count - 1)))

/**
 * `count` values of a standard normal at equal steps of probability, (n + 1/2) / count: with them a 2-D grid shows what the prior makes of
 * the plane (Kingma & Welling 2013, appendix A).
 */
export const byProbability = (count: number): number[] =>
  Array.from({ length: count }, (_, n) => normalQuantile((n + 0.5) / count))

/** The plane of two axes through `code`: rows by falling second value (up is more), columns by growing first: [rows * columns, dimensions]. */
export function planeGrid(
  code: Float32Array,
  [across, up]: readonly [number, number],
  values: readonly number[],
): Float32Array {
  const dimensions = code.length
  const size = values.length
  const out = new Float32Array(size * size * dimensions)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const at = (row * size + column) * dimensions
      out.set(code, at)
      out[at + across] = values[column]!
      out[at + up] = values[size - 1 - row]!
    }
  return out
}
