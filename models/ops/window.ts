// Cutting out and surrounding: slice (with steps, also backwards) and pad (constant, edge, reflect).
import { addDim, staticShape, type Dim, type Value } from '../ir'
import { applyOne, float32s, int64s, normalAxis, reject, type GradientContext, type Ops, type OpTable } from './op'

export interface SliceAttributes {
  readonly axes: readonly number[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly steps: readonly number[]
}
export type PadMode = 'constant' | 'edge' | 'reflect'
export interface PadAttributes {
  /** Elements before and after, for every axis; negative ones are cut off. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly mode: PadMode
  readonly value: number
}
export interface WindowOps {
  Slice: SliceAttributes
  Pad: PadAttributes
}

/** An end that means "to the last element", also of a symbolic dimension. */
export const TO_END = 2 ** 31 - 1
const TO_BEGIN = -TO_END

/** First index, number of elements: NumPy's rule for start:end:step. */
function extent(size: Dim, start: number, end: number, step: number): { first: number; count: Dim } {
  if (step === 0) reject('A step of 0 goes nowhere.', 'config-invalid')
  if (typeof size === 'string') {
    if (step !== 1 || start < 0 || (end >= 0 && end !== TO_END))
      reject(`The unknown size ${size} can be cut only as start:-end.`)
    return { first: start, count: addDim(size, (end === TO_END ? 0 : end) - start) }
  }
  const clamp = (index: number, low: number, high: number) =>
    Math.min(Math.max(index < 0 ? index + size : index, low), high)
  const [first, last] =
    step > 0 ? [clamp(start, 0, size), clamp(end, 0, size)] : [clamp(start, -1, size - 1), clamp(end, -1, size - 1)]
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) }
}

export const windows: OpTable<WindowOps> = {
  Slice: {
    infer: ([x], { axes, starts, ends, steps }) => {
      const shape = [...x!.shape]
      axes.forEach((axis, i) => {
        const at = normalAxis(axis, x!.rank)
        const { count } = extent(x!.shape[at]!, starts[i]!, ends[i]!, steps[i]!)
        if (count === 0) reject(`${starts[i]}:${ends[i]} of axis ${axis} (size ${x!.shape[at]}) is empty.`)
        shape[at] = count
      })
      return [{ dtype: x!.dtype, shape }]
    },
    onnx: ({ axes, starts, ends, steps }) => ({
      constants: [int64s(starts), int64s(ends), int64s(axes), int64s(steps)],
    }),
    gradient: ({ ops, attributes: { axes, starts, ends, steps }, inputs: [x], gradients: [g] }) => {
      const shape = staticShape(x!, 'The gradient of a slice')
      const before = shape.map(() => 0)
      const after = shape.map(() => 0)
      let spread = g!
      axes.forEach((axis, i) => {
        const at = normalAxis(axis, shape.length)
        const { first, count } = extent(shape[at]!, starts[i]!, ends[i]!, steps[i]!)
        const stride = Math.abs(steps[i]!)
        const reach = ((count as number) - 1) * stride
        const low = steps[i]! > 0 ? first : first - reach
        if (steps[i]! < 0) spread = flip(spread, [at])
        spread = zeroInsert(ops, spread, at, stride)
        before[at] = low
        after[at] = shape[at]! - low - reach - 1
      })
      return [ops.pad(spread, before, after)]
    },
  },
  Pad: {
    infer: ([x], { before, after, mode }) => {
      if (before.length !== x!.rank || after.length !== x!.rank)
        reject(`Padding needs a number before and after for each of ${x!.rank} axes.`)
      const shape = x!.shape.map((dim, i) => {
        const [low, high] = [before[i]!, after[i]!]
        if (mode !== 'constant' && (low < 0 || high < 0))
          reject(`Padding of mode ${mode} can't be negative.`, 'config-invalid')
        if (typeof dim === 'number' && dim + low + high < 1) reject(`Nothing is left of axis ${i} of size ${dim}.`)
        if (mode === 'reflect' && typeof dim === 'number' && Math.max(low, high) >= dim)
          reject(`Reflection by ${Math.max(low, high)} needs more than ${dim} elements.`)
        return addDim(dim, low + high)
      })
      return [{ dtype: x!.dtype, shape }]
    },
    onnx: ({ before, after, mode, value }) => ({
      attributes: { mode: { string: mode } },
      constants:
        mode === 'constant' ? [int64s([...before, ...after]), float32s([value], [])] : [int64s([...before, ...after])],
    }),
    gradient: context => {
      const { ops, attributes: { before, after, mode }, gradients: [g] } = context // prettier-ignore
      const opposite = (amounts: readonly number[]) => amounts.map(n => (n === 0 ? 0 : -n))
      return [mode === 'constant' ? ops.pad(g!, opposite(before), opposite(after)) : folded(context)]
    },
  },
}

/** The adjoint of edge and reflect padding: what lies outside is added back to where it was copied from, axis by axis. */
function folded({
  ops,
  attributes: { before, after, mode },
  inputs: [x],
  gradients: [g],
}: GradientContext<PadAttributes>): Value {
  const shape = staticShape(x!, 'The gradient of padding')
  return shape.reduce((value, size, axis) => {
    const [low, high] = [before[axis]!, after[axis]!]
    const part = (start: number, end: number) => ops.slice(value, [axis], [start], [end])
    // Where a strip of the border goes: reflected, or summed onto the edge element.
    const placed = (strip: Value, at: number): Value => {
      const from = mode === 'reflect' ? flip(strip, [axis]) : ops.reduceSum(strip, { axes: [axis], keepDims: true })
      const width = from.shape[axis] as number
      return ops.pad(from, only(shape.length, axis, at), only(shape.length, axis, size - at - width))
    }
    let sum = low + high === 0 ? value : part(low, low + size)
    if (low > 0) sum = ops.add(sum, placed(part(0, low), mode === 'reflect' ? 1 : 0))
    if (high > 0)
      sum = ops.add(sum, placed(part(low + size, low + size + high), mode === 'reflect' ? size - 1 - high : size - 1))
    return sum
  }, g!)
}

/** n for one axis, 0 for the others. */
export const only = (rank: number, axis: number, n: number): readonly number[] =>
  Array.from({ length: rank }, (_, i) => (i === axis ? n : 0))

/** Puts stride - 1 zeros between the elements along an axis: n becomes (n - 1) stride + 1. */
export function zeroInsert(ops: Ops, x: Value, axis: number, stride: number): Value {
  if (stride === 1) return x
  const shape = staticShape(x, 'Spreading a gradient')
  const size = shape[axis]!
  const wide = ops.pad(
    ops.unsqueeze(x, [axis + 1]),
    only(x.rank + 1, axis + 1, 0),
    only(x.rank + 1, axis + 1, stride - 1),
  )
  const flat = ops.reshape(
    wide,
    shape.map((dim, i) => (i === axis ? size * stride : dim)),
  )
  return ops.slice(flat, [axis], [0], [(size - 1) * stride + 1])
}

/** The part start:end (:step) of each of the axes, NumPy's rule; negative indices count from the end. */
export const slice = (
  x: Value,
  axes: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[] = axes.map(() => 1),
): Value => applyOne('Slice', windows.Slice, [x], { axes, starts, ends, steps })

/** The elements in reverse order along the axes. */
export const flip = (x: Value, axes: readonly number[]): Value =>
  axes.length === 0
    ? x
    : slice(
        x,
        axes,
        axes.map(() => -1),
        axes.map(() => TO_BEGIN),
        axes.map(() => -1),
      )

/**
 * Surrounds x with elements, for every axis so many before and after: a value (default 0), the edge, or a reflection without the
 * edge. With a value, negative numbers cut elements off, as in ONNX.
 */
export const pad = (
  x: Value,
  before: readonly number[],
  after: readonly number[],
  { mode = 'constant', value = 0 }: { readonly mode?: PadMode; readonly value?: number } = {},
): Value =>
  [...before, ...after].every(n => n === 0) && before.length === x.rank
    ? x
    : applyOne('Pad', windows.Pad, [x], { before, after, mode, value })
