// Nearest codes by Euclidean distance, exact: every code is looked at.
import { SagittaError } from '../errors'

export interface Neighbours {
  /** By growing distance; equal distances by growing index. */
  readonly indices: Int32Array
  readonly distances: Float32Array
}

/**
 * @param codes [count, dimensions]
 * @param query [dimensions]
 * @param skip index that is left out: the item itself
 * @throws shape-mismatch when the query has another length.
 */
export function nearest(
  codes: Float32Array,
  dimensions: number,
  query: Float32Array,
  count: number,
  skip: number | null = null,
): Neighbours {
  if (query.length !== dimensions)
    throw new SagittaError('shape-mismatch', `The query has ${query.length} numbers, the codes ${dimensions}.`)
  const total = codes.length / dimensions
  const keep = Math.min(count, skip === null ? total : total - 1)
  const indices = new Int32Array(keep)
  const squares = new Float64Array(keep).fill(Infinity)
  if (keep === 0) return { indices, distances: new Float32Array(0) }
  let worst = Infinity
  for (let n = 0, start = 0; n < total; n++, start += dimensions) {
    let square = 0
    for (let d = 0; d < dimensions; d++) {
      const difference = codes[start + d]! - query[d]!
      square += difference * difference
    }
    if (!(square < worst) || n === skip) continue
    let at = keep - 1
    for (; at > 0 && squares[at - 1]! > square; at--) {
      squares[at] = squares[at - 1]!
      indices[at] = indices[at - 1]!
    }
    squares[at] = square
    indices[at] = n
    worst = squares[keep - 1]!
  }
  return { indices, distances: Float32Array.from(squares, Math.sqrt) }
}
