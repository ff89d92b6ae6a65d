// The strongest rival a threshold can be: best HU range, then connected components of the best size range, all chosen with the truth in hand.

export interface ThresholdScore {
  dice: number
  /** HU range, both included. */
  lower: number
  upper: number
  /** Voxels of the smallest and largest component that is kept. */
  sizes: [number, number]
}

export interface ThresholdSearch {
  /** HU, i fastest, with the truth of the same length: 1 where the target is. */
  image: Int16Array
  target: Uint8Array
  size: readonly [number, number, number]
  lowers: readonly number[]
  /** Ascending. */
  uppers: readonly number[]
}

/**
 * Tries every pair of bounds. For one lower bound, voxels join in order of HU in a union-find over face neighbours, so that all upper
 * bounds cost one pass; at each of them the best size range is found exactly (its ends are components that hit the target).
 */
export function bestThreshold({ image, target, size, lowers, uppers }: ThresholdSearch): ThresholdScore {
  const wanted = target.reduce((sum, value) => sum + value, 0)
  let best: ThresholdScore = { dice: 0, lower: 0, upper: 0, sizes: [0, 0] }
  for (const lower of lowers) {
    const components = new Components(size, target)
    const buckets = byValue(image, lower, uppers[uppers.length - 1]!)
    let value = lower
    for (const upper of uppers) {
      for (; value <= upper; value++) components.add(buckets[value - lower]!)
      const { dice, sizes } = bestSizeRange(components.list(), wanted)
      if (dice > best.dice) best = { dice, lower, upper, sizes }
    }
  }
  return best
}

/** Voxel indices per HU in [lower, upper]. */
function byValue(image: Int16Array, lower: number, upper: number): Uint32Array[] {
  const counts = new Uint32Array(Math.max(0, upper - lower + 1))
  for (const value of image) if (value >= lower && value <= upper) counts[value - lower]!++
  const buckets = Array.from(counts, count => new Uint32Array(count))
  counts.fill(0)
  for (let n = 0; n < image.length; n++) {
    const bucket = image[n]! - lower
    if (bucket >= 0 && bucket < buckets.length) buckets[bucket]![counts[bucket]!++] = n
  }
  return buckets
}

class Components {
  /** Parent voxel + 1; 0 is not in the set. */
  private readonly parent: Uint32Array
  private readonly count: Uint32Array
  private readonly hits: Uint32Array

  constructor(
    private readonly size: readonly [number, number, number],
    private readonly target: Uint8Array,
  ) {
    this.parent = new Uint32Array(target.length)
    this.count = new Uint32Array(target.length)
    this.hits = new Uint32Array(target.length)
  }

  add(voxels: Uint32Array): void {
    const [columns, rows, slices] = this.size
    const plane = columns * rows
    for (const n of voxels) {
      this.parent[n] = n + 1
      this.count[n] = 1
      this.hits[n] = this.target[n]!
      const i = n % columns
      const j = Math.floor(n / columns) % rows
      const k = Math.floor(n / plane)
      if (i > 0) this.join(n, n - 1)
      if (i < columns - 1) this.join(n, n + 1)
      if (j > 0) this.join(n, n - columns)
      if (j < rows - 1) this.join(n, n + columns)
      if (k > 0) this.join(n, n - plane)
      if (k < slices - 1) this.join(n, n + plane)
    }
  }

  /** Components as [size, hits], those without hits included. */
  list(): { sizes: Float64Array; hits: Float64Array } {
    const roots: number[] = []
    for (let n = 0; n < this.parent.length; n++) if (this.parent[n] === n + 1) roots.push(n)
    roots.sort((a, b) => this.count[a]! - this.count[b]!)
    return {
      sizes: Float64Array.from(roots, root => this.count[root]!),
      hits: Float64Array.from(roots, root => this.hits[root]!),
    }
  }

  private root(n: number): number {
    let at = n
    while (this.parent[at] !== at + 1) {
      const above = this.parent[at]! - 1
      this.parent[at] = this.parent[above]!
      at = above
    }
    return at
  }

  private join(a: number, b: number): void {
    if (this.parent[b] === 0) return
    let [low, high] = [this.root(a), this.root(b)]
    if (low === high) return
    if (this.count[low]! > this.count[high]!) [low, high] = [high, low]
    this.parent[low] = high + 1
    this.count[high]! += this.count[low]!
    this.hits[high]! += this.hits[low]!
  }
}

/** Components come sorted by size. Equal sizes are one step: a size range can't tell them apart. */
function bestSizeRange(
  { sizes, hits }: { sizes: Float64Array; hits: Float64Array },
  wanted: number,
): { dice: number; sizes: [number, number] } {
  const steps: { size: number; voxels: number; hits: number }[] = []
  for (let n = 0; n < sizes.length; n++) {
    const last = steps[steps.length - 1]
    if (last && last.size === sizes[n]) {
      last.voxels += sizes[n]!
      last.hits += hits[n]!
    } else steps.push({ size: sizes[n]!, voxels: sizes[n]!, hits: hits[n]! })
  }
  let best: { dice: number; sizes: [number, number] } = { dice: 0, sizes: [0, 0] }
  for (let from = 0; from < steps.length; from++) {
    if (steps[from]!.hits === 0) continue
    let voxels = 0
    let hit = 0
    for (let to = from; to < steps.length; to++) {
      voxels += steps[to]!.voxels
      hit += steps[to]!.hits
      const dice = (2 * hit) / (voxels + wanted)
      if (dice > best.dice) best = { dice, sizes: [steps[from]!.size, steps[to]!.size] }
    }
  }
  return best
}
