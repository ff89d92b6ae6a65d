// NumPy's NPY files (format 1.0 and 2.0): reading what data sets come in, writing codes and pictures for other programs.
import { SagittaError } from '../errors'

export type NpyValues = Uint8Array | Int32Array | Float32Array

export interface NpyArray {
  /** Row-major; the last axis varies fastest. */
  readonly shape: readonly number[]
  readonly values: NpyValues
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const

/**
 * Booleans, integers up to 64 bits and floats, little or big endian, C order. Integers of 8 bits stay bytes, other integers become int32,
 * floats float32.
 * @param name file or entry, for messages
 * @throws unsupported-format for Fortran order, structures and complex numbers; truncated when values are missing; corrupt-file.
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  if (!MAGIC.every((byte, n) => bytes[n] === byte))
    throw new SagittaError('corrupt-file', `${name} is not an NPY file: it does not begin as one.`, { file: name })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = bytes[6] !== 1
  const headerStart = wide ? 12 : 10
  const headerLength = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  const header = new TextDecoder('latin1').decode(bytes.subarray(headerStart, headerStart + headerLength))
  const { descr, shape } = parseHeader(header, name)
  const count = shape.reduce((a, b) => a * b, 1)
  const start = headerStart + headerLength
  const width = Number(descr.slice(2))
  if (bytes.length - start < count * width)
    throw new SagittaError(
      'truncated',
      `${name} is truncated: its header promises ${count} values of ${width} bytes, and ${bytes.length - start} bytes follow.`,
      { file: name },
    )
  return {
    shape,
    values: convert(new DataView(bytes.buffer, bytes.byteOffset + start, count * width), descr, count, name),
  }
}

function parseHeader(header: string, name: string): { descr: string; shape: number[] } {
  const descr = /'descr':\s*'([<>|=][a-zA-Z]\d+)'/.exec(header)?.[1]
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (descr === undefined || shape === undefined || /'fortran_order':\s*True/.test(header))
    throw new SagittaError(
      'unsupported-format',
      `${name} holds an array that cannot be read (${header.trim()}). Save it in C order as integers or floats.`,
      { file: name },
    )
  const sizes = shape.split(',').flatMap(part => (part.trim() === '' ? [] : [Number(part)]))
  return { descr, shape: sizes }
}

function convert(view: DataView, descr: string, count: number, name: string): NpyValues {
  const little = descr[0] !== '>'
  const fill = <T extends NpyValues>(out: T, read: (at: number) => number): T => {
    for (let n = 0; n < count; n++) out[n] = read(n)
    return out
  }
  switch (descr.slice(1)) {
    case 'b1':
    case 'u1':
      return new Uint8Array(view.buffer, view.byteOffset, count).slice()
    case 'i1':
      return fill(new Int32Array(count), n => view.getInt8(n))
    case 'u2':
      return fill(new Int32Array(count), n => view.getUint16(2 * n, little))
    case 'i2':
      return fill(new Int32Array(count), n => view.getInt16(2 * n, little))
    case 'u4':
      return fill(new Float32Array(count), n => view.getUint32(4 * n, little))
    case 'i4':
      return fill(new Int32Array(count), n => view.getInt32(4 * n, little))
    case 'i8':
      return fill(new Int32Array(count), n => Number(view.getBigInt64(8 * n, little)))
    case 'u8':
      return fill(new Int32Array(count), n => Number(view.getBigUint64(8 * n, little)))
    case 'f4':
      return fill(new Float32Array(count), n => view.getFloat32(4 * n, little))
    case 'f8':
      return fill(new Float32Array(count), n => view.getFloat64(8 * n, little))
    default:
      throw new SagittaError(
        'unsupported-format',
        `${name} holds values of type ${descr}. Save it as integers or floats.`,
        { file: name, type: descr },
      )
  }
}

/** Format 1.0, little endian, C order. */
export function writeNpy({ shape, values }: NpyArray): Uint8Array {
  const descr = values instanceof Uint8Array ? '|u1' : values instanceof Int32Array ? '<i4' : '<f4'
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  // Header and values start at multiples of 64 bytes, as NumPy's own.
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n'
  const out = new Uint8Array(10 + padded.length + values.byteLength)
  out.set([...MAGIC, 1, 0, padded.length & 0xff, padded.length >> 8])
  out.set(new TextEncoder().encode(padded), 10)
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 10 + padded.length)
  return out
}
