// Arithmetic on two tensors, with broadcasting: add, sub, mul, div, pow, minimum, maximum.
import type { Value } from '../ir'
import { broadcastShapes, sumTo } from './broadcast'
import { applyOne, reject, type GradientContext, type None, type OpDefinition, type OpTable, type Ops } from './op'

export interface ElementwiseOps {
  Add: None
  Sub: None
  Mul: None
  Div: None
  Pow: None
  Min: None
  Max: None
}

/** Gradients of both operands before broadcasting is undone. */
type Partials = (ops: Ops, gradient: Value, a: Value, b: Value, output: Value) => readonly [Value, Value]

const arithmetic = (partials: Partials): OpDefinition<None> => ({
  infer: ([a, b]) => {
    if (a!.dtype !== b!.dtype) reject(`Element types differ: ${a!.dtype} and ${b!.dtype}. Cast one of them.`)
    return [{ dtype: a!.dtype, shape: broadcastShapes(a!.shape, b!.shape) }]
  },
  onnx: () => ({}),
  gradient: ({ ops, inputs: [a, b], outputs: [output], gradients: [gradient] }: GradientContext<None>) => {
    const [forA, forB] = partials(ops, gradient!, a!, b!, output!)
    return [sumTo(ops, forA, a!.shape), sumTo(ops, forB, b!.shape)]
  },
})

// Of equal operands each gets half, as PyTorch's maximum and minimum do.
const chosen =
  (better: 'greater' | 'less'): Partials =>
  (ops, gradient, a, b) => {
    const half = ops.mul(gradient, ops.scalar(0.5))
    const share = (x: Value, y: Value) =>
      ops.where(ops[better](x, y), gradient, ops.where(ops.equal(x, y), half, ops.scalar(0)))
    return [share(a, b), share(b, a)]
  }

export const elementwise: OpTable<ElementwiseOps> = {
  Add: arithmetic((_, g) => [g, g]),
  Sub: arithmetic((ops, g) => [g, ops.neg(g)]),
  Mul: arithmetic((ops, g, a, b) => [ops.mul(g, b), ops.mul(g, a)]),
  Div: arithmetic((ops, g, _a, b, y) => [ops.div(g, b), ops.neg(ops.div(ops.mul(g, y), b))]),
  // d(a^b) = b a^(b-1) da + a^b log(a) db; the second is NaN for negative a, as it must be.
  Pow: arithmetic((ops, g, a, b, y) => [
    ops.mul(g, ops.mul(b, ops.pow(a, ops.sub(b, ops.scalar(1))))),
    ops.mul(g, ops.mul(y, ops.log(a))),
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
