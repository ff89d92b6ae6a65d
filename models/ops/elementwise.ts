// Arithmetic on two tensors, with broadcasting: add, sub, mul, div, pow, minimum, maximum.
import type { Value } from '../ir'
import { broadcastShapes, sumTo } from './broadcast'
import { applyOne, reject, type None, type OpDefinition, type OpTable, type Ops } from './op'

export interface ElementwiseOps {
  Add: None
  Sub: None
  Mul: None
  Div: None
  Pow: None
  Min: None
  Max: None
}

interface Operands {
  readonly ops: Ops
  readonly gradient: Value
  readonly a: Value
  readonly b: Value
  readonly y: Value
  /** Undo the broadcasting of an operand: sums over the axes it was stretched along. */
  readonly toA: (value: Value) => Value
  readonly toB: (value: Value) => Value
}

const arithmetic = (partials: (operands: Operands) => readonly [Value, Value]): OpDefinition<None> => ({
  infer: ([a, b]) => {
    if (a!.dtype !== b!.dtype) reject(`Element types differ: ${a!.dtype} and ${b!.dtype}. Cast one of them.`)
    return [{ dtype: a!.dtype, shape: broadcastShapes(a!.shape, b!.shape) }]
  },
  onnx: () => ({}),
  gradient: ({ ops, inputs: [a, b], outputs: [y], gradients: [gradient] }) =>
    partials({
      ops,
      gradient: gradient!,
      a: a!,
      b: b!,
      y: y!,
      toA: value => sumTo(ops, value, a!.shape),
      toB: value => sumTo(ops, value, b!.shape),
    }),
})

// Of equal operands each gets half, as PyTorch's maximum and minimum do.
const chosen =
  (better: 'greater' | 'less') =>
  ({ ops, gradient, a, b, toA, toB }: Operands): readonly [Value, Value] => {
    const half = ops.mul(gradient, ops.scalar(0.5))
    const share = (x: Value, other: Value) =>
      ops.where(ops[better](x, other), gradient, ops.where(ops.equal(x, other), half, ops.scalar(0)))
    return [toA(share(a, b)), toB(share(b, a))]
  }

// What only depends on the smaller operand is applied after the sum, where it is cheap.
export const elementwise: OpTable<ElementwiseOps> = {
  Add: arithmetic(({ gradient: g, toA, toB }) => [toA(g), toB(g)]),
  Sub: arithmetic(({ ops, gradient: g, toA, toB }) => [toA(g), ops.neg(toB(g))]),
  Mul: arithmetic(({ ops, gradient: g, a, b, toA, toB }) => [toA(ops.mul(g, b)), toB(ops.mul(g, a))]),
  // d(a/b) = da/b - (a/b) db/b
  Div: arithmetic(({ ops, gradient: g, b, y, toA, toB }) => [
    toA(ops.div(g, b)),
    ops.neg(ops.div(toB(ops.mul(g, y)), b)),
  ]),
  // d(a^b) = b a^(b-1) da + a^b log(a) db; the second is NaN for negative a, as it must be.
  Pow: arithmetic(({ ops, gradient: g, a, b, y, toA, toB }) => [
    toA(ops.mul(g, ops.mul(b, ops.pow(a, ops.sub(b, ops.scalar(1)))))),
    toB(ops.mul(g, ops.mul(y, ops.log(a)))),
  ]),
  Min: arithmetic(chosen('less')),
  Max: arithmetic(chosen('greater')),
}

const two =
  (op: keyof ElementwiseOps) =>
  (a: Value, b: Value): Value =>
    applyOne(op, elementwise[op], [a, b], {})

/** a + b, broadcasting. Throws shape-mismatch when the shapes do not broadcast or the element types differ; so do the others here. */
export const add: (a: Value, b: Value) => Value = two('Add')
/** a - b, broadcasting. */
export const sub: (a: Value, b: Value) => Value = two('Sub')
/** a b, broadcasting. */
export const mul: (a: Value, b: Value) => Value = two('Mul')
/** a / b, broadcasting. */
export const div: (a: Value, b: Value) => Value = two('Div')
/** a^b, broadcasting. For a constant exponent prefer `square`, `sqrt` or products. */
export const pow: (a: Value, b: Value) => Value = two('Pow')
/** The smaller of both, broadcasting; equal operands share the gradient. */
export const min: (a: Value, b: Value) => Value = two('Min')
/** The larger of both, broadcasting; equal operands share the gradient. */
export const max: (a: Value, b: Value) => Value = two('Max')
