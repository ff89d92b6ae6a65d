// The vocabulary of tensors: element types, dimensions (numbers or symbols), shapes, raw data.

/** Element types a graph may hold. */
export type DType =
  'float32' | 'float16' | 'float64' | 'int64' | 'int32' | 'int8' | 'uint8' | 'uint16' | 'int16' | 'bool'

/**
 * One dimension: a size, or a symbol such as `batch` whose size is known only at run time. Symbols may carry
 * arithmetic (`height/2`, see `dims.ts`).
 */
export type Dim = number | string

/** Dimensions, outermost first; `[]` is a scalar. Images are [batch, channels, ...space], space = [depth,] height, width. */
export type Shape = readonly Dim[]

export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

/** Elements in row-major order. `bool` is one byte an element (0 or 1), `float16` its 16 bits. */
export type TensorData =
  Float32Array | Float64Array | BigInt64Array | Int32Array | Int8Array | Uint8Array | Uint16Array | Int16Array

/** What an operator may carry besides its inputs. */
export type AttributeValue = number | boolean | string | readonly Dim[] | TensorData
export type Attributes = Readonly<Record<string, AttributeValue>>

/** Bytes one element takes. */
export const BYTES: Readonly<Record<DType, number>> = {
  float32: 4,
  float16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

export const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float16' || dtype === 'float64'

/** `float32[2, 3, height]` */
export const showType = ({ dtype, shape }: TensorType): string => `${dtype}${showShape(shape)}`
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`
