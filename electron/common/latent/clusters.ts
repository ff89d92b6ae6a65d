// Groups of codes: k-means with k-means++ starts, for colouring a map.

export interface Clusters {
  /** Group of each code, 0 the largest. */
  readonly groups: Int32Array
  /** [count of groups, dimensions] */
  readonly centres: Float32Array
}

const ROUNDS = 50

/**
 * Lloyd's algorithm from k-means++ starts (Arthur & Vassilvitskii 2007), until nothing changes or 50 rounds.
 * @param codes [n, dimensions]; fewer codes than groups give one group each
 * @param uniform random numbers in [0, 1): the same give the same groups
 */
export function clustersOf(codes: Float32Array, dimensions: number, count: number, uniform: () => number): Clusters {
  const total = codes.length / dimensions
  let centres = startsOf(codes, dimensions, Math.min(count, total), uniform)
  const groups = new Int32Array(total).fill(-1)
  for (let round = 0; round < ROUNDS; round++) {
    if (!assign(codes, dimensions, centres, groups)) break
    centres = meansOf(codes, dimensions, centres, groups)
  }
  return bySize(groups, centres, dimensions)
}

function squareTo(codes: Float32Array, n: number, centres: Float32Array, c: number, dimensions: number): number {
  let square = 0
  for (let d = 0; d < dimensions; d++) square += (codes[n * dimensions + d]! - centres[c * dimensions + d]!) ** 2
  return square
}

/** Each next start is drawn with a chance that grows with its squared distance from those there are. */
function startsOf(codes: Float32Array, dimensions: number, count: number, uniform: () => number): Float32Array {
  const total = codes.length / dimensions
  const centres = new Float32Array(count * dimensions)
  const squares = new Float64Array(total).fill(Infinity)
  let chosen = Math.floor(uniform() * total)
  for (let c = 0; c < count; c++) {
    centres.set(codes.subarray(chosen * dimensions, (chosen + 1) * dimensions), c * dimensions)
    let sum = 0
    for (let n = 0; n < total; n++) {
      squares[n] = Math.min(squares[n]!, squareTo(codes, n, centres, c, dimensions))
      sum += squares[n]!
    }
    let left = uniform() * sum
    chosen = 0
    while (chosen < total - 1 && (left -= squares[chosen]!) > 0) chosen += 1
  }
  return centres
}

/** @returns whether any code changed its group. */
function assign(codes: Float32Array, dimensions: number, centres: Float32Array, groups: Int32Array): boolean {
  let changed = false
  for (let n = 0; n < groups.length; n++) {
    let best = 0
    let least = Infinity
    for (let c = 0; c < centres.length / dimensions; c++) {
      const square = squareTo(codes, n, centres, c, dimensions)
      if (square < least) {
        least = square
        best = c
      }
    }
    if (groups[n] !== best) changed = true
    groups[n] = best
  }
  return changed
}

/** A group that lost all its codes keeps its centre. */
function meansOf(codes: Float32Array, dimensions: number, centres: Float32Array, groups: Int32Array): Float32Array {
  const sums = new Float64Array(centres.length)
  const counts = new Float64Array(centres.length / dimensions)
  for (let n = 0; n < groups.length; n++) {
    const group = groups[n]!
    counts[group]! += 1
    for (let d = 0; d < dimensions; d++) sums[group * dimensions + d]! += codes[n * dimensions + d]!
  }
  return centres.map((centre, at) => {
    const size = counts[Math.floor(at / dimensions)]!
    return size === 0 ? centre : sums[at]! / size
  })
}

/** The largest group first, so that colours stay in place when little changes. */
function bySize(groups: Int32Array, centres: Float32Array, dimensions: number): Clusters {
  const count = centres.length / dimensions
  const sizes = new Float64Array(count)
  for (const group of groups) sizes[group]! += 1
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]! || a - b)
  const place = new Int32Array(count)
  order.forEach((group, n) => (place[group] = n))
  const sorted = new Float32Array(centres.length)
  order.forEach((group, n) =>
    sorted.set(centres.subarray(group * dimensions, (group + 1) * dimensions), n * dimensions),
  )
  return { groups: groups.map(group => place[group]!), centres: sorted }
}
