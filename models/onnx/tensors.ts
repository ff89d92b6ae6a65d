// Tensor data as ONNX stores it: raw little-endian bytes; and back, from any of the forms other writers use.
import { ModelError } from '../errors'
import { BYTES, type DType, type TensorData } from '../ir'
import { ONNX_TYPE } from '../ops'
import { EXTERNAL, type TensorProto } from './proto'

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** The data's bytes, little-endian; on the usual machines a view, not a copy. */
export function tensorBytes(data: TensorData): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return LITTLE_ENDIAN || data.BYTES_PER_ELEMENT === 1 ? bytes : swapped(bytes, data.BYTES_PER_ELEMENT)
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const copy = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) copy[i] = bytes[i - (i % size) + size - 1 - (i % size)]!
  return copy
}

/** The element type of an ONNX type number, or null for one Sagitta does not use (strings, complex, 8-bit floats). */
export const dtypeOfOnnx = (type: number): DType | null =>
  (Object.keys(ONNX_TYPE) as DType[]).find(dtype => ONNX_TYPE[dtype] === type) ?? null

/** @throws ModelError model-invalid for a tensor whose bytes do not fill its shape. Null: its data lies in another file. */
export function tensorData(tensor: TensorProto, dtype: DType): TensorData | null {
  if (tensor.dataLocation === EXTERNAL) return null
  const size = (tensor.dims ?? []).reduce((a, b) => a * b, 1)
  const data = tensor.rawData ? fromBytes(tensor.rawData, dtype) : fromNumbers(tensor, dtype)
  if (data.length !== size)
    throw new ModelError(
      'model-invalid',
      `The tensor ${tensor.name} has ${data.length} elements and its shape says ${size}. The file is damaged.`,
      { tensor: tensor.name },
    )
  return data
}

function fromBytes(raw: Uint8Array, dtype: DType): TensorData {
  // A copy starts aligned; the bytes in the file need not. (slice of a Node Buffer would be no copy.)
  const bytes = LITTLE_ENDIAN ? new Uint8Array(raw) : swapped(raw, BYTES[dtype])
  if (bytes.length % BYTES[dtype] !== 0)
    throw new ModelError('model-invalid', `A tensor of ${bytes.length} bytes can't hold ${dtype}. The file is damaged.`)
  const buffer = bytes.buffer
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer)
    case 'float64':
      return new Float64Array(buffer)
    case 'int64':
      return new BigInt64Array(buffer)
    case 'int32':
      return new Int32Array(buffer)
    case 'int16':
      return new Int16Array(buffer)
    case 'uint16':
    case 'float16':
      return new Uint16Array(buffer)
    case 'int8':
      return new Int8Array(buffer)
    case 'uint8':
    case 'bool':
      return bytes
  }
}

/** The typed fields of TensorProto: small types share int32_data (onnx.proto, TensorProto). */
function fromNumbers(
  { floatData = [], int32Data = [], int64Data = [], doubleData = [] }: TensorProto,
  dtype: DType,
): TensorData {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(floatData)
    case 'float64':
      return Float64Array.from(doubleData)
    case 'int64':
      return BigInt64Array.from(int64Data, BigInt)
    case 'int32':
      return Int32Array.from(int32Data)
    case 'int16':
      return Int16Array.from(int32Data)
    case 'uint16':
    case 'float16':
      return Uint16Array.from(int32Data)
    case 'int8':
      return Int8Array.from(int32Data)
    case 'uint8':
    case 'bool':
      return Uint8Array.from(int32Data)
  }
}
