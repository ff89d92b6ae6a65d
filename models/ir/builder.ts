// Leaves of a graph: what is fed in, and constants.
import { ModelError } from '../errors'
import { currentScope } from './scope'
import { showShape, type Dim, type DType, type Shape, type TensorData } from './types'
import { CONSTANT, INPUT, Node, type Value } from './value'

/**
 * A tensor fed at run time: data, a parameter, optimiser state, noise. Its name in the file is the key it gets in `createGraph`.
 * @param hint how errors call it (within the current scope).
 * @throws ModelError config-invalid for a size that is not a positive integer.
 */
export function input(hint: string, dtype: DType, shape: Shape): Value {
  const bad = shape.find(dim => typeof dim === 'number' && !(Number.isSafeInteger(dim) && dim > 0))
  if (bad !== undefined)
    throw new ModelError(
      'config-invalid',
      `The tensor ${hint} has shape ${showShape(shape)}. Every size must be a positive integer.`,
      {
        tensor: hint,
        shape,
      },
    )
  return new Node(INPUT, [], {}, [{ dtype, shape }], currentScope(), hint).outputs[0]!
}

/** A constant tensor. @throws ModelError shape-mismatch when data and shape disagree. */
export function constant(
  data: TensorData,
  shape: readonly number[],
  dtype: DType = dtypeOf(data),
  hint: string | null = null,
): Value {
  const size = shape.reduce((a, b) => a * b, 1)
  if (size !== data.length)
    throw new ModelError(
      'shape-mismatch',
      `A constant of shape ${showShape(shape)} needs ${size} elements and got ${data.length}.`,
      {
        shape,
        elements: data.length,
      },
    )
  return new Node(CONSTANT, [], { data }, [{ dtype, shape }], currentScope(), hint).outputs[0]!
}

/** A scalar constant of a given element type. */
export function scalar(value: number, dtype: DType = 'float32'): Value {
  return constant(fill(dtype, 1, value), [], dtype)
}

/** A float32 constant holding one number everywhere. */
export const full = (shape: readonly number[], value: number, dtype: DType = 'float32'): Value =>
  constant(
    fill(
      dtype,
      shape.reduce((a, b) => a * b, 1),
      value,
    ),
    shape,
    dtype,
  )

function fill(dtype: DType, size: number, value: number): TensorData {
  switch (dtype) {
    case 'float32':
      return new Float32Array(size).fill(value)
    case 'float64':
      return new Float64Array(size).fill(value)
    case 'int64':
      return new BigInt64Array(size).fill(BigInt(value))
    case 'int32':
      return new Int32Array(size).fill(value)
    case 'int16':
      return new Int16Array(size).fill(value)
    case 'uint16':
      return new Uint16Array(size).fill(value)
    case 'int8':
      return new Int8Array(size).fill(value)
    case 'uint8':
    case 'bool':
      return new Uint8Array(size).fill(value)
    case 'float16':
      throw new ModelError(
        'graph-invalid',
        'A float16 constant can be given only as its bits. Make it float32 and cast it.',
      )
  }
}

function dtypeOf(data: TensorData): DType {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Float64Array) return 'float64'
  if (data instanceof BigInt64Array) return 'int64'
  if (data instanceof Int32Array) return 'int32'
  if (data instanceof Int16Array) return 'int16'
  if (data instanceof Int8Array) return 'int8'
  if (data instanceof Uint16Array) return 'uint16'
  return 'uint8'
}

/** The sizes of a shape that must be static here. @throws ModelError shape-mismatch naming the tensor. */
export function staticShape(value: { readonly shape: Shape }, what: string): readonly number[] {
  if (value.shape.some((dim: Dim) => typeof dim !== 'number'))
    throw new ModelError(
      'shape-mismatch',
      `${what} needs sizes known in advance and got ${showShape(value.shape)}. Give every dimension a number.`,
      {
        shape: value.shape,
      },
    )
  return value.shape as readonly number[]
}
