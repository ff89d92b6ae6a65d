// Activations with a gradient of their own, and gelu and silu composed from others.
import type { Value } from '../ir'
import { mul, add } from './elementwise'
import { scalar } from '../ir'
import { applyOne, normalAxis, type None, type OpDefinition, type OpTable, type Ops } from './op'
import { erf, pointwise } from './unary'

export interface SlopeAttributes {
  readonly alpha: number
}

export interface AxisAttributes {
  readonly axis: number
}

export interface ActivationOps {
  Relu: None
  LeakyRelu: SlopeAttributes
  Elu: SlopeAttributes
  Sigmoid: None
  Tanh: None
  Softplus: None
  Softmax: AxisAttributes
  LogSoftmax: AxisAttributes
}

type Derivative<A> = (ops: Ops, gradient: Value, x: Value, y: Value, attributes: A) => Value

const sloped = (derivative: Derivative<SlopeAttributes>): OpDefinition<SlopeAttributes> => ({
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  onnx: ({ alpha }) => ({ attributes: { alpha: { float: alpha } } }),
  gradient: ({ ops, attributes, inputs: [x], outputs: [y], gradients: [g] }) => [
    derivative(ops, g!, x!, y!, attributes),
  ],
})

const alongAxis = (derivative: Derivative<AxisAttributes>): OpDefinition<AxisAttributes> => ({
  infer: ([x], { axis }) => {
    normalAxis(axis, x!.rank)
    return [{ dtype: x!.dtype, shape: x!.shape }]
  },
  onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  gradient: ({ ops, attributes, inputs: [x], outputs: [y], gradients: [g] }) => [
    derivative(ops, g!, x!, y!, attributes),
  ],
})

// Klambauer et al. 2017, "Self-Normalizing Neural Networks", section 2
const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805

// Masks are products: ONNX Runtime's Where takes twice as long on CPU, where it runs on one thread.
/** 1 where x > 0, 0 elsewhere. */
const isPositive = (ops: Ops, x: Value): Value => ops.cast(ops.greater(x, ops.scalar(0)), x.dtype)

/** 1 where x > 0, alpha elsewhere. */
const slope = (ops: Ops, x: Value, alpha: number): Value =>
  alpha >= 0 && alpha <= 1
    ? ops.max(isPositive(ops, x), ops.scalar(alpha))
    : ops.add(ops.mul(isPositive(ops, x), ops.scalar(1 - alpha)), ops.scalar(alpha))

export const activations: OpTable<ActivationOps> = {
  Relu: pointwise((ops, g, x) => ops.mul(g, isPositive(ops, x))),
  LeakyRelu: sloped((ops, g, x, _, { alpha }) => ops.mul(g, slope(ops, x, alpha))),
  // 1 above 0, y + alpha below
  Elu: sloped((ops, g, x, y, { alpha }) => {
    const constantPart = alpha === 1 ? ops.scalar(1) : slope(ops, x, alpha)
    return ops.mul(g, ops.add(ops.min(y, ops.scalar(0)), constantPart))
  }),
  Sigmoid: pointwise((ops, g, _, y) => ops.mul(g, ops.mul(y, ops.sub(ops.scalar(1), y)))),
  Tanh: pointwise((ops, g, _, y) => ops.mul(g, ops.sub(ops.scalar(1), ops.mul(y, y)))),
  Softplus: pointwise((ops, g, x) => ops.mul(g, ops.sigmoid(x))),
  // y (g - sum(g y))
  Softmax: alongAxis((ops, g, _, y, { axis }) =>
    ops.mul(y, ops.sub(g, ops.reduceSum(ops.mul(g, y), { axes: [axis], keepDims: true }))),
  ),
  // g - softmax(x) sum(g)
  LogSoftmax: alongAxis((ops, g, _, y, { axis }) =>
    ops.sub(g, ops.mul(ops.exp(y), ops.reduceSum(g, { axes: [axis], keepDims: true }))),
  ),
}

const plain =
  (op: 'Relu' | 'Sigmoid' | 'Tanh' | 'Softplus') =>
  (x: Value): Value =>
    applyOne(op, activations[op], [x], {})

/** max(x, 0); the gradient at 0 is 0. */
export const relu: (x: Value) => Value = plain('Relu')
/** x above 0, alpha x below. */
export const leakyRelu = (x: Value, alpha = 0.01): Value => applyOne('LeakyRelu', activations.LeakyRelu, [x], { alpha })
/** x above 0, alpha (e^x - 1) below (Clevert et al. 2016, equation 15). */
export const elu = (x: Value, alpha = 1): Value => applyOne('Elu', activations.Elu, [x], { alpha })
/** Scaled elu with the two constants of Klambauer et al. 2017. */
export const selu = (x: Value): Value => mul(elu(x, SELU_ALPHA), scalar(SELU_SCALE))
/** 1 / (1 + e^-x) */
export const sigmoid: (x: Value) => Value = plain('Sigmoid')
export const tanh: (x: Value) => Value = plain('Tanh')
/** log(1 + e^x), without overflow. */
export const softplus: (x: Value) => Value = plain('Softplus')
/** Exact GELU, x (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel 2016, section 2). */
export const gelu = (x: Value): Value => mul(mul(x, scalar(0.5)), add(erf(mul(x, scalar(Math.SQRT1_2))), scalar(1)))
/** x sigmoid(x) (Ramachandran et al. 2017, with beta 1). */
export const silu = (x: Value): Value => mul(x, sigmoid(x))
/** e^x / sum(e^x) along an axis (default: channels). */
export const softmax = (x: Value, axis = 1): Value => applyOne('Softmax', activations.Softmax, [x], { axis })
/** log(softmax(x)) along an axis (default: channels), without overflow. */
export const logSoftmax = (x: Value, axis = 1): Value => applyOne('LogSoftmax', activations.LogSoftmax, [x], { axis })
