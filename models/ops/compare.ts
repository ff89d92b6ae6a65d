// Comparisons, logic, selection and casts.
import { isFloat, type DType, type Value } from '../ir'
import { broadcastShapes, sumTo } from './broadcast'
import { applyOne, reject, type None, type OpDefinition, type OpTable } from './op'

export interface CastAttributes {
  readonly to: DType
}

export interface CompareOps {
  Equal: None
  Greater: None
  Less: None
  GreaterOrEqual: None
  LessOrEqual: None
  And: None
  Or: None
  Not: None
  Where: None
  Cast: CastAttributes
}

const comparison: OpDefinition<None> = {
  infer: ([a, b]) => {
    if (a!.dtype !== b!.dtype) reject(`Element types differ: ${a!.dtype} and ${b!.dtype}. Cast one of them.`)
    return [{ dtype: 'bool', shape: broadcastShapes(a!.shape, b!.shape) }]
  },
  onnx: () => ({}),
  gradient: 'none',
}

const logic: OpDefinition<None> = {
  infer: inputs => {
    const other = inputs.find(value => value.dtype !== 'bool')
    if (other) reject(`Logic needs bool and got ${other.dtype}.`)
    return [{ dtype: 'bool', shape: broadcastShapes(...inputs.map(value => value.shape)) }]
  },
  onnx: () => ({}),
  gradient: 'none',
}

// ONNX TensorProto.DataType (onnx.proto), which Cast names its target by.
export const ONNX_TYPE: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
}

export const compare: OpTable<CompareOps> = {
  Equal: comparison,
  Greater: comparison,
  Less: comparison,
  GreaterOrEqual: comparison,
  LessOrEqual: comparison,
  And: logic,
  Or: logic,
  Not: logic,
  Where: {
    infer: ([condition, a, b]) => {
      if (condition!.dtype !== 'bool') reject(`The condition of where must be bool and is ${condition!.dtype}.`)
      if (a!.dtype !== b!.dtype) reject(`Element types differ: ${a!.dtype} and ${b!.dtype}. Cast one of them.`)
      return [{ dtype: a!.dtype, shape: broadcastShapes(condition!.shape, a!.shape, b!.shape) }]
    },
    onnx: () => ({}),
    gradient: ({ ops, inputs: [condition, a, b], gradients: [g] }) => [
      null,
      sumTo(ops, ops.where(condition!, g!, ops.scalar(0)), a!.shape),
      sumTo(ops, ops.where(condition!, ops.scalar(0), g!), b!.shape),
    ],
  },
  Cast: {
    infer: ([x], { to }) => [{ dtype: to, shape: x!.shape }],
    onnx: ({ to }) => ({ attributes: { to: { int: ONNX_TYPE[to] } } }),
    gradient: ({ ops, attributes: { to }, inputs: [x], gradients: [g] }) => [
      isFloat(to) && isFloat(x!.dtype) ? ops.cast(g!, x!.dtype) : null,
    ],
  },
}

const two =
  (op: Exclude<keyof CompareOps, 'Where' | 'Cast' | 'Not'>) =>
  (a: Value, b: Value): Value =>
    applyOne(op, compare[op], [a, b], {})

/** a = b, element by element with broadcasting, as bool. Both of one element type. */
export const equal: (a: Value, b: Value) => Value = two('Equal')
export const greater: (a: Value, b: Value) => Value = two('Greater')
export const less: (a: Value, b: Value) => Value = two('Less')
export const greaterOrEqual: (a: Value, b: Value) => Value = two('GreaterOrEqual')
export const lessOrEqual: (a: Value, b: Value) => Value = two('LessOrEqual')
export const and: (a: Value, b: Value) => Value = two('And')
export const or: (a: Value, b: Value) => Value = two('Or')
export const not = (x: Value): Value => applyOne('Not', compare.Not, [x], {})

/** a where the condition holds, b elsewhere; all three broadcast. */
export const where = (condition: Value, a: Value, b: Value): Value =>
  applyOne('Where', compare.Where, [condition, a, b], {})

/** x in another element type; a gradient passes between floating types only. No node where the type is the same. */
export const cast = (x: Value, to: DType): Value => (x.dtype === to ? x : applyOne('Cast', compare.Cast, [x], { to }))
