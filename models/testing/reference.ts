// Slow, plain implementations by definition, for N spatial axes: what operators are compared with.

/** A dense tensor in row-major order. */
export interface Dense {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** Every index of a shape, in row-major order. */
export function* indices(shape: readonly number[]): Generator<readonly number[]> {
  for (let flat = 0; flat < count(shape); flat++) {
    let rest = flat
    yield shape.reduceRight<number[]>((index, size) => {
      index.unshift(rest % size)
      rest = Math.floor(rest / size)
      return index
    }, [])
  }
}

const flatten = (shape: readonly number[], index: readonly number[]) =>
  index.reduce((flat, i, axis) => flat * shape[axis]! + i, 0)

/** The element at an index, or `outside` where there is none. */
export const at = ({ shape, data }: Dense, index: readonly number[], outside = 0): number =>
  index.every((i, axis) => i >= 0 && i < shape[axis]!) ? data[flatten(shape, index)]! : outside

/** A tensor of a shape, element by element. */
export function generate(shape: readonly number[], element: (index: readonly number[]) => number): Dense {
  return { shape, data: Float32Array.from(indices(shape), element) }
}

export interface Window {
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly before: readonly number[]
  readonly groups: number
}

/** y[n, o, p] = b[o] + sum over c, k of w[o, c, k] x[n, group(o) + c, p stride + k dilation - before] */
export function convolve(
  x: Dense,
  w: Dense,
  b: Dense,
  { stride, dilation, before, groups }: Window,
  space: readonly number[],
): Dense {
  const [outputs, perGroup, ...kernel] = w.shape as [number, number, ...number[]]
  return generate([x.shape[0]!, outputs, ...space], ([n, o, ...p]) => {
    const first = Math.floor(o! / (outputs / groups)) * perGroup
    let sum = b.data[o!]!
    for (const [c, ...k] of indices([perGroup, ...kernel]))
      sum +=
        at(w, [o!, c!, ...k]) *
        at(x, [n!, first + c!, ...p.map((i, a) => i * stride[a]! + k[a]! * dilation[a]! - before[a]!)])
    return sum
  })
}

/** Every input element adds its weighted kernel to the output. */
export function convolveTransposed(
  x: Dense,
  w: Dense,
  b: Dense,
  { stride, dilation, before, groups }: Window,
  space: readonly number[],
): Dense {
  const [inputs, perGroup, ...kernel] = w.shape as [number, number, ...number[]]
  const y = generate([x.shape[0]!, perGroup * groups, ...space], ([, o]) => b.data[o!]!)
  for (const [n, c, ...p] of indices(x.shape))
    for (const [o, ...k] of indices([perGroup, ...kernel])) {
      const out = [
        n!,
        Math.floor(c! / (inputs / groups)) * perGroup + o!,
        ...p.map((i, a) => i * stride[a]! + k[a]! * dilation[a]! - before[a]!),
      ]
      if (out.every((i, axis) => i >= 0 && i < y.shape[axis]!))
        y.data[flatten(y.shape, out)]! += at(x, [n!, c!, ...p]) * at(w, [c!, o!, ...k])
    }
  return y
}

/** The elements of each window, `outside` where it reaches over the edge, reduced to one. */
export function pool(
  x: Dense,
  kernel: readonly number[],
  stride: readonly number[],
  before: readonly number[],
  space: readonly number[],
  outside: number,
  reduce: (elements: readonly number[]) => number,
): Dense {
  return generate([...x.shape.slice(0, 2), ...space], ([n, c, ...p]) =>
    reduce(
      [...indices(kernel)].map(k => at(x, [n!, c!, ...p.map((i, a) => i * stride[a]! + k[a]! - before[a]!)], outside)),
    ),
  )
}

/** Linear interpolation between sample centres, edges clamped: position (i + 0.5) / factor - 0.5 on each axis. */
export function interpolate(x: Dense, factors: readonly number[]): Dense {
  const space = x.shape.slice(2)
  return generate([...x.shape.slice(0, 2), ...space.map((size, a) => size * factors[a]!)], ([n, c, ...p]) => {
    let sum = 0
    for (const corner of indices(space.map(() => 2))) {
      let weight = 1
      const index = corner.map((side, a) => {
        const position = Math.min(Math.max((p[a]! + 0.5) / factors[a]! - 0.5, 0), space[a]! - 1)
        const low = Math.floor(position)
        weight *= side === 0 ? 1 - (position - low) : position - low
        return Math.min(low + side, space[a]! - 1)
      })
      sum += weight * at(x, [n!, c!, ...index])
    }
    return sum
  })
}

/** (x - mean) / sqrt(variance + epsilon) within each set of elements that share a key. */
export function standardized(x: Dense, key: (index: readonly number[]) => string, epsilon: number): Dense {
  const sets = new Map<string, number[]>()
  const keys = [...indices(x.shape)].map(key)
  keys.forEach((each, i) => sets.set(each, [...(sets.get(each) ?? []), x.data[i]!]))
  const facts = new Map(
    [...sets].map(([each, values]) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      return [each, { mean, scale: 1 / Math.sqrt(variance + epsilon) }] as const
    }),
  )
  return {
    shape: x.shape,
    data: x.data.map((value, i) => (value - facts.get(keys[i]!)!.mean) * facts.get(keys[i]!)!.scale),
  }
}
