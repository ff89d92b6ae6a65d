// Initial values of parameters: described as data, drawn from the seed by the parameter's own name.
import { randomStream } from './random'

/** How a parameter starts. `std` and `bound` are in the parameter's own unit. */
export type Initial =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  /** Keeps a share of the connections at 1, the rest at 0; every row keeps at least one. */
  | { readonly kind: 'mask'; readonly keep: number }

export const ZEROS: Initial = { kind: 'constant', value: 0 }
export const ONES: Initial = { kind: 'constant', value: 1 }

/** He et al. 2015 (arXiv:1502.01852, eq. 14): variance 2 / ((1 + slope^2) fanIn), for rectifiers of that negative slope. */
export const heNormal = (fanIn: number, slope = 0): Initial => ({
  kind: 'normal',
  std: Math.sqrt(2 / ((1 + slope * slope) * fanIn)),
})

/** Glorot & Bengio 2010 (eq. 16): uniform within sqrt(6 / (fanIn + fanOut)), for units linear around zero. */
export const xavierUniform = (fanIn: number, fanOut: number): Initial => ({
  kind: 'uniform',
  bound: Math.sqrt(6 / (fanIn + fanOut)),
})

/** Row-major float32 values of a parameter; pure in (initial, shape, seed, name). */
export function initialValue(
  initial: Initial,
  shape: readonly number[],
  seed: number,
  name: string,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  switch (initial.kind) {
    case 'constant':
      return values.fill(initial.value)
    case 'normal': {
      const random = randomStream(seed, name)
      return values.map(() => initial.std * random.normal())
    }
    case 'uniform': {
      const random = randomStream(seed, name)
      return values.map(() => initial.bound * (2 * random.uniform() - 1))
    }
    case 'mask':
      return maskValue(values, shape, initial.keep, randomStream(seed, name).uniform)
  }
}

/** Exactly round(keep * columns) ones per row (at least 1), so that the number of connections is known before training. */
function maskValue(
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  keep: number,
  uniform: () => number,
): Float32Array<ArrayBuffer> {
  const columns = shape.at(-1) ?? 1
  const kept = keptPerRow(columns, keep)
  const order = Array.from({ length: columns }, (_, i) => i)
  for (let row = 0; row < values.length; row += columns) {
    // Partial Fisher-Yates: the first `kept` of a shuffled order.
    for (let i = 0; i < kept; i += 1) {
      const j = i + Math.floor(uniform() * (columns - i))
      const chosen = order[j]!
      order[j] = order[i]!
      order[i] = chosen
      values[row + chosen] = 1
    }
  }
  return values
}

/** Connections a row of a mask keeps. */
export const keptPerRow = (columns: number, keep: number): number => Math.max(1, Math.round(columns * keep))
