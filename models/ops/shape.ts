// Operators that move elements without computing: reshape, transpose, concat, split, expand, squeeze, unsqueeze.
import {
  addDims,
  sameShape,
  showShape,
  sizeOf,
  staticShape,
  floorDivDim,
  type Dim,
  type Shape,
  type Value,
} from '../ir'
import { broadcastShapes, sumTo } from './broadcast'
import { apply, applyOne, int64s, normalAxes, normalAxis, reject, type OpTable } from './op'

export interface ShapeAttributes {
  readonly shape: Shape
}
export interface PermutationAttributes {
  readonly permutation: readonly number[]
}
export interface ConcatAttributes {
  readonly axis: number
}
export interface SplitAttributes {
  readonly axis: number
  readonly sizes: readonly number[]
}
export interface AxesAttributes {
  readonly axes: readonly number[]
}

export interface ShapeOps {
  Reshape: ShapeAttributes
  Transpose: PermutationAttributes
  Concat: ConcatAttributes
  Split: SplitAttributes
  Expand: ShapeAttributes
  Squeeze: AxesAttributes
  Unsqueeze: AxesAttributes
}

/** The target as ONNX takes it: sizes, 0 for "as the input's", -1 for the one symbol that is worked out from the rest. */
function onnxTarget(from: Shape, to: Shape): readonly number[] {
  return to.map((dim, i) => (typeof dim === 'number' ? dim : dim === from[i] ? 0 : -1))
}

/** Sizes as ONNX takes them; 1 leaves the input's size, which keeps a symbol that is already there; -1 where only a new symbol would do. */
const expandTarget = (from: Shape, to: Shape): readonly number[] =>
  to.map((dim, i) => (typeof dim === 'number' ? dim : dim === from[i - to.length + from.length] ? 1 : -1))

export const shapes: OpTable<ShapeOps> = {
  Reshape: {
    infer: ([x], { shape }) => {
      const [before, after] = [sizeOf(x!.shape), sizeOf(shape)]
      if (before !== null && after !== null && before !== after)
        reject(`${before} elements can't take the shape ${showShape(shape)}.`)
      if (onnxTarget(x!.shape, shape).filter(dim => dim === -1).length > 1)
        reject(`The shape ${showShape(shape)} leaves more than one size to be worked out.`)
      return [{ dtype: x!.dtype, shape }]
    },
    onnx: ({ shape }, { inputs: [x] }) => ({ constants: [int64s(onnxTarget(x!.shape, shape))] }),
    gradient: ({ ops, inputs: [x], gradients: [g] }) => [ops.reshape(g!, x!.shape)],
  },
  Transpose: {
    infer: ([x], { permutation }) => {
      if (
        permutation.length !== x!.rank ||
        new Set(permutation.map(axis => normalAxis(axis, x!.rank))).size !== x!.rank
      )
        reject(`(${permutation.join(', ')}) does not permute the axes of a tensor of rank ${x!.rank}.`)
      return [{ dtype: x!.dtype, shape: permutation.map(axis => x!.shape[axis]!) }]
    },
    onnx: ({ permutation }) => ({ attributes: { perm: { ints: permutation } } }),
    gradient: ({ ops, attributes: { permutation }, gradients: [g] }) => [
      ops.transpose(
        g!,
        permutation.map((_, i) => permutation.indexOf(i)),
      ),
    ],
  },
  Concat: {
    infer: (inputs, { axis }) => {
      const first = inputs[0] ?? reject('There is nothing to concatenate.', 'config-invalid')
      const along = normalAxis(axis, first.rank)
      for (const { shape, dtype } of inputs) {
        if (dtype !== first.dtype) reject(`Element types differ: ${first.dtype} and ${dtype}.`)
        if (shape.length !== first.rank || shape.some((dim, i) => i !== along && dim !== first.shape[i]))
          reject(`Sizes besides axis ${along} must agree: ${showShape(first.shape)} and ${showShape(shape)}.`)
      }
      const total = inputs
        .slice(1)
        .reduce<Dim>(
          (sum, { shape }) => addDims(sum, shape[along]!) ?? reject(`${sum} and ${shape[along]} can't be added.`),
          first.shape[along]!,
        )
      return [{ dtype: first.dtype, shape: first.shape.map((dim, i) => (i === along ? total : dim)) }]
    },
    onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
    gradient: ({ ops, attributes: { axis }, inputs, gradients: [g] }) => {
      const sizes = inputs.map(value => staticShape(value, 'The gradient of concat')[normalAxis(axis, value.rank)]!)
      return ops.split(g!, sizes, axis)
    },
  },
  Split: {
    infer: ([x], { axis, sizes }) => {
      const along = normalAxis(axis, x!.rank)
      const total = sizes.reduce((a, b) => a + b, 0)
      if (total !== x!.shape[along] || sizes.some(size => !(size > 0)))
        reject(`Parts of ${sizes.join(' + ')} do not make up the ${x!.shape[along]} of axis ${along}.`)
      return sizes.map(size => ({ dtype: x!.dtype, shape: x!.shape.map((dim, i) => (i === along ? size : dim)) }))
    },
    onnx: ({ axis, sizes }) => ({ attributes: { axis: { int: axis } }, constants: [int64s(sizes)] }),
    gradient: ({ ops, attributes: { axis }, gradients }) => [ops.concat(gradients, axis)],
  },
  Expand: {
    infer: ([x], { shape }) => {
      if (!sameShape(broadcastShapes(x!.shape, shape), shape)) reject(`It does not broadcast to ${showShape(shape)}.`)
      if (expandTarget(x!.shape, shape).includes(-1))
        reject(`It can't be stretched to an unknown size in ${showShape(shape)}.`)
      return [{ dtype: x!.dtype, shape }]
    },
    onnx: ({ shape }, { inputs: [x] }) => ({ constants: [int64s(expandTarget(x!.shape, shape))] }),
    gradient: ({ ops, inputs: [x], gradients: [g] }) => [sumTo(ops, g!, x!.shape)],
  },
  Squeeze: {
    infer: ([x], { axes }) => {
      const wrong = axes.find(axis => x!.shape[normalAxis(axis, x!.rank)] !== 1)
      if (wrong !== undefined) reject(`Axis ${wrong} has size ${x!.shape[wrong]}, not 1.`)
      return [{ dtype: x!.dtype, shape: x!.shape.filter((_, i) => !axes.includes(i)) }]
    },
    onnx: ({ axes }) => ({ constants: [int64s(axes)] }),
    gradient: ({ ops, attributes: { axes }, gradients: [g] }) => [ops.unsqueeze(g!, axes)],
  },
  Unsqueeze: {
    infer: ([x], { axes }) => {
      const rank = x!.rank + axes.length
      const added = new Set(axes.map(axis => normalAxis(axis, rank)))
      let next = 0
      return [
        { dtype: x!.dtype, shape: Array.from({ length: rank }, (_, i): Dim => (added.has(i) ? 1 : x!.shape[next++]!)) },
      ]
    },
    onnx: ({ axes }) => ({ constants: [int64s(axes)] }),
    gradient: ({ ops, attributes: { axes }, gradients: [g] }) => [ops.squeeze(g!, axes)],
  },
}

/** The same elements in another shape; one size may be -1 (worked out). No node where the shape is the same. */
export function reshape(x: Value, shape: Shape): Value {
  const target = shape.includes(-1) ? solved(x, shape) : shape
  return sameShape(x.shape, target) ? x : applyOne('Reshape', shapes.Reshape, [x], { shape: target })
}

function solved(x: Value, shape: Shape): Shape {
  const rest = [...shape]
  const left = x.shape.filter(dim => {
    const at = typeof dim === 'string' ? rest.indexOf(dim) : -1
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
  const size = sizeOf(left)
  const known = rest.filter(dim => typeof dim === 'number' && dim !== -1).reduce<number>((a, b) => a * (b as number), 1)
  const missing = size === null || rest.some(dim => typeof dim === 'string') ? null : floorDivDim(size, known)
  // An unsolvable -1 stays, and the shape rule refuses it with the shapes in its message.
  return missing === null ? shape : shape.map(dim => (dim === -1 ? missing : dim))
}

/** Axes in another order: output axis i is input axis permutation[i]. */
export const transpose = (x: Value, permutation: readonly number[]): Value =>
  permutation.every((axis, i) => axis === i) && permutation.length === x.rank
    ? x
    : applyOne('Transpose', shapes.Transpose, [x], { permutation })

/** Joins tensors along an axis (default: channels). */
export const concat = (inputs: readonly Value[], axis = 1): Value =>
  inputs.length === 1 ? inputs[0]! : applyOne('Concat', shapes.Concat, inputs, { axis })

/** Cuts a tensor into parts of the given sizes along an axis (default: channels). */
export const split = (x: Value, sizes: readonly number[], axis = 1): readonly Value[] =>
  sizes.length === 1 && sizes[0] === x.shape[axis < 0 ? axis + x.rank : axis]
    ? [x]
    : apply('Split', shapes.Split, [x], { axis, sizes })

/** Repeats along axes of size 1 (and new leading axes) up to a shape. */
export const broadcastTo = (x: Value, shape: Shape): Value =>
  sameShape(x.shape, shape) ? x : applyOne('Expand', shapes.Expand, [x], { shape })

/** Drops axes of size 1. */
export const squeeze = (x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : applyOne('Squeeze', shapes.Squeeze, [x], { axes: normalAxes(axes, x.rank) })

/** Adds axes of size 1; `axes` count in the result. */
export const unsqueeze = (x: Value, axes: readonly number[]): Value =>
  axes.length === 0 ? x : applyOne('Unsqueeze', shapes.Unsqueeze, [x], { axes: normalAxes(axes, x.rank + axes.length) })
