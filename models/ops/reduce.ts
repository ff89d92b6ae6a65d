// Reductions over axes: sum, mean, max, min, and argMax.
import { staticShape, type Dim, type Shape, type Value } from '../ir'
import { mul } from './elementwise'
import {
  applyOne,
  int64s,
  normalAxis,
  normalAxes,
  reject,
  type GradientRule,
  type OpDefinition,
  type OpTable,
} from './op'

export interface ReduceAttributes {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

export interface ArgAttributes {
  readonly axis: number
  readonly keepDims: boolean
}

export interface ReduceOps {
  ReduceSum: ReduceAttributes
  ReduceMean: ReduceAttributes
  ReduceMax: ReduceAttributes
  ReduceMin: ReduceAttributes
  ReduceSumSquare: ReduceAttributes
  ArgMax: ArgAttributes
}

function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  const gone = new Set(axes.map(axis => normalAxis(axis, shape.length)))
  if (gone.size !== axes.length) reject(`The axes ${axes.join(', ')} name one twice.`, 'config-invalid')
  return keepDims ? shape.map((dim, i): Dim => (gone.has(i) ? 1 : dim)) : shape.filter((_, i) => !gone.has(i))
}

/** How many elements are reduced to one. */
export const countOver = (shape: readonly number[], axes: readonly number[]): number =>
  axes.reduce((product, axis) => product * shape[normalAxis(axis, shape.length)]!, 1)

const reduction = (gradient: GradientRule<ReduceAttributes>): OpDefinition<ReduceAttributes> => ({
  infer: ([x], { axes, keepDims }) => [{ dtype: x!.dtype, shape: reducedShape(x!.shape, axes, keepDims) }],
  onnx: ({ axes, keepDims }) => ({ attributes: { keepdims: { int: keepDims ? 1 : 0 } }, constants: [int64s(axes)] }),
  gradient,
})

/** With the reduced axes back as size 1, so that it broadcasts against the input. */
type Context = Parameters<GradientRule<ReduceAttributes>>[0]
const kept = ({ ops, attributes: { axes }, inputs: [x] }: Context, value: Value): Value =>
  ops.reshape(value, reducedShape(x!.shape, axes, true))

// Elements that tie for the extremum share the gradient equally, as PyTorch's amax and amin do.
const extremum: GradientRule<ReduceAttributes> = context => {
  const { ops, attributes, inputs: [x], outputs: [y], gradients: [g] } = context // prettier-ignore
  const winners = ops.cast(ops.equal(x!, kept(context, y!)), x!.dtype)
  const count = ops.reduceSum(winners, { axes: attributes.axes, keepDims: true })
  return [ops.mul(winners, ops.div(kept(context, g!), count))]
}

export const reductions: OpTable<ReduceOps> = {
  // Both are constant along the reduced axes; whoever adds or uses them stretches them.
  ReduceSum: reduction(context => [kept(context, context.gradients[0]!)]),
  ReduceMean: reduction(context => {
    const { ops, attributes: { axes }, inputs: [x], gradients: [g] } = context // prettier-ignore
    return [ops.mul(kept(context, g!), ops.scalar(1 / countOver(staticShape(x!, 'The gradient of a mean'), axes)))]
  }),
  ReduceSumSquare: reduction(context => {
    const { ops, inputs: [x], gradients: [g] } = context // prettier-ignore
    return [ops.mul(x!, ops.mul(kept(context, g!), ops.scalar(2)))]
  }),
  ReduceMax: reduction(extremum),
  ReduceMin: reduction(extremum),
  ArgMax: {
    infer: ([x], { axis, keepDims }) => [{ dtype: 'int64', shape: reducedShape(x!.shape, [axis], keepDims) }],
    onnx: ({ axis, keepDims }) => ({ attributes: { axis: { int: axis }, keepdims: { int: keepDims ? 1 : 0 } } }),
    gradient: 'none',
  },
}

/** axes: which to reduce (negative counts from the end; all by default); keepDims: leave them as size 1 (default false). */
export interface ReduceOptions {
  readonly axes?: readonly number[]
  readonly keepDims?: boolean
}

const over =
  (op: Exclude<keyof ReduceOps, 'ArgMax'>) =>
  (x: Value, { axes, keepDims = false }: ReduceOptions = {}): Value =>
    // Without axes there is nothing to reduce; ONNX would reduce all of them.
    axes?.length === 0 || x.rank === 0
      ? x
      : applyOne(op, reductions[op], [x], { axes: normalAxes(axes, x.rank), keepDims })

/** The sum over axes. */
export const reduceSum: (x: Value, options?: ReduceOptions) => Value = over('ReduceSum')
/** The mean over axes. */
export const reduceMean: (x: Value, options?: ReduceOptions) => Value = over('ReduceMean')
/** The maximum over axes; tied elements share the gradient. */
export const reduceMax: (x: Value, options?: ReduceOptions) => Value = over('ReduceMax')
/** The minimum over axes; tied elements share the gradient. */
export const reduceMin: (x: Value, options?: ReduceOptions) => Value = over('ReduceMin')
/** The sum of squares over axes, without a tensor of squares in between. */
export const reduceSumSquare = (x: Value, options: ReduceOptions = {}): Value =>
  options.axes?.length === 0 || x.rank === 0 ? mul(x, x) : over('ReduceSumSquare')(x, options)
/** The index of the maximum along an axis as int64, the first one on ties. */
export const argMax = (x: Value, axis: number, { keepDims = false }: { readonly keepDims?: boolean } = {}): Value =>
  applyOne('ArgMax', reductions.ArgMax, [x], { axis, keepDims })
