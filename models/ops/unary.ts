// Functions of one tensor, element by element: neg, abs, sqrt, exp, log, erf, reciprocal, floor, clip, and sign.
import { scalar, type Value } from '../ir'
import { cast, greater, less } from './compare'
import { sub } from './elementwise'
import { applyOne, float32s, reject, type None, type OpDefinition, type OpTable, type Ops } from './op'

export interface ClipAttributes {
  readonly min: number
  readonly max: number
}

export interface UnaryOps {
  Neg: None
  Abs: None
  Sqrt: None
  Exp: None
  Log: None
  Erf: None
  Reciprocal: None
  Floor: None
  Clip: ClipAttributes
}

/** dLoss/dInput from dLoss/dOutput, input and output. */
type Derivative = (ops: Ops, gradient: Value, x: Value, y: Value) => Value

/** An element-by-element operator without attributes. */
export const pointwise = (derivative: Derivative | 'none'): OpDefinition<None> => ({
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  onnx: () => ({}),
  gradient:
    derivative === 'none'
      ? 'none'
      : ({ ops, inputs: [x], outputs: [y], gradients: [gradient] }) => [derivative(ops, gradient!, x!, y!)],
})

export const unary: OpTable<UnaryOps> = {
  Neg: pointwise((ops, g) => ops.neg(g)),
  Abs: pointwise((ops, g, x) => ops.mul(g, ops.sign(x))),
  Sqrt: pointwise((ops, g, _, y) => ops.div(ops.mul(g, ops.scalar(0.5)), y)),
  Exp: pointwise((ops, g, _, y) => ops.mul(g, y)),
  Log: pointwise((ops, g, x) => ops.div(g, x)),
  // d erf(x)/dx = 2/sqrt(pi) exp(-x^2) (Abramowitz and Stegun 7.1.19)
  Erf: pointwise((ops, g, x) =>
    ops.mul(g, ops.mul(ops.scalar(2 / Math.sqrt(Math.PI)), ops.exp(ops.neg(ops.mul(x, x))))),
  ),
  Reciprocal: pointwise((ops, g, _, y) => ops.neg(ops.mul(g, ops.mul(y, y)))),
  Floor: pointwise('none'),
  Clip: {
    infer: ([x], { min, max }) => {
      if (!(min <= max)) reject(`Clip needs min <= max and got ${min} and ${max}.`, 'config-invalid')
      return [{ dtype: x!.dtype, shape: x!.shape }]
    },
    onnx: ({ min, max }) => ({ constants: [float32s([min], []), float32s([max], [])] }),
    // At the bounds themselves the gradient passes, as in PyTorch's clamp.
    gradient: ({ ops, attributes: { min, max }, inputs: [x], gradients: [g] }) => {
      const inside = ops.and(ops.greaterOrEqual(x!, ops.scalar(min)), ops.lessOrEqual(x!, ops.scalar(max)))
      return [ops.where(inside, g!, ops.scalar(0))]
    },
  },
}

const one =
  (op: Exclude<keyof UnaryOps, 'Clip'>) =>
  (x: Value): Value =>
    applyOne(op, unary[op], [x], {})

export const neg: (x: Value) => Value = one('Neg')
/** |x|; the gradient at 0 is 0. */
export const abs: (x: Value) => Value = one('Abs')
export const sqrt: (x: Value) => Value = one('Sqrt')
export const exp: (x: Value) => Value = one('Exp')
/** The natural logarithm. */
export const log: (x: Value) => Value = one('Log')
export const erf: (x: Value) => Value = one('Erf')
/** 1 / x */
export const reciprocal: (x: Value) => Value = one('Reciprocal')
/** -1, 0 or 1; no gradient flows through it. Composed: WebGPU has no Sign, and CPU runs it on one thread. */
export const sign = (x: Value): Value => {
  const is = (condition: Value) => cast(condition, x.dtype)
  return sub(is(greater(x, scalar(0))), is(less(x, scalar(0))))
}
/** The largest integer not above x; no gradient flows through it. */
export const floor: (x: Value) => Value = one('Floor')
/** x limited to [min, max]; an infinite bound is no bound. */
export const clip = (x: Value, min: number, max: number): Value => applyOne('Clip', unary.Clip, [x], { min, max })
