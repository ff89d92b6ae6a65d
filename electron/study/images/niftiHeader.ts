// The header of a NIfTI file, and its content as a stream, gzip or not.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { NIFTI1, NIFTI2, isNIFTI1, isNIFTI2 } from 'nifti-reader-js'
import { asSagittaError, SagittaError } from '#common/errors'
import type { Affine } from '#common/geometry/types'
import type { Warning } from '#common/ipc/volume'
import { placeOf } from './niftiGeometry'

export type NiftiArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export interface NiftiHeader {
  readonly size: readonly [i: number, j: number, k: number]
  /** Volumes along the fourth axis, all further axes folded into it. */
  readonly parts: number
  /** 1, or 3 for RGB24 and RGBA32, whose opacity is dropped. */
  readonly samples: 1 | 3
  readonly spacingMm: readonly [number, number, number]
  readonly affineLps: Affine
  /** False when the file only knows the voxel size. */
  readonly placed: boolean
  readonly warnings: readonly Warning[]
  readonly datatype: NiftiDatatype
  readonly slope: number
  readonly intercept: number
  readonly littleEndian: boolean
  readonly dataOffset: number
  /** Header bytes, for an identity that does not depend on where the file lies. */
  readonly bytes: Uint8Array
}

const DATATYPES = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  128: 'rgb24',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  2304: 'rgba32',
} as const
export type NiftiDatatype = (typeof DATATYPES)[keyof typeof DATATYPES]

const NIFTI2_HEADER = 544

/** Reads no more than the header needs. */
export async function readNiftiHeader(path: string): Promise<NiftiHeader> {
  const bytes = await firstBytes(path, NIFTI2_HEADER)
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const nifti = isNIFTI1(buffer) ? new NIFTI1() : isNIFTI2(buffer) ? new NIFTI2() : null
  if (!nifti) throw new SagittaError('corrupt-file', `${path} is no NIfTI file.`, { path })
  try {
    nifti.readHeader(withoutExtensionFlag(buffer))
  } catch (cause) {
    throw new SagittaError('corrupt-file', `The NIfTI header of ${path} cannot be read.`, { path }, { cause })
  }
  return describe(path, nifti, new Uint8Array(buffer))
}

/** The library would follow extensions beyond the bytes read here. */
function withoutExtensionFlag(buffer: ArrayBuffer): ArrayBuffer {
  const copy = new Uint8Array(buffer.slice(0))
  const at = copy[0] === 0x5c || copy[3] === 0x5c ? 348 : 540
  copy.fill(0, at, at + 4)
  return copy.buffer
}

function describe(path: string, nifti: NIFTI1 | NIFTI2, bytes: Uint8Array): NiftiHeader {
  const corrupt = (what: string): SagittaError =>
    new SagittaError('corrupt-file', `The NIfTI header of ${path} ${what}.`, { path })
  const axes = nifti.dims[0] ?? 0
  const dims = Array.from({ length: 7 }, (_, n) => (n < axes ? nifti.dims[n + 1]! : 1))
  if (axes < 1 || axes > 7 || dims.some(dim => !Number.isInteger(dim) || dim < 1))
    throw corrupt(`has impossible dimensions (${nifti.dims.join(' ')})`)
  const datatype = (DATATYPES as Readonly<Record<number, NiftiDatatype | undefined>>)[nifti.datatypeCode]
  if (!datatype)
    throw new SagittaError(
      'unsupported-format',
      `${path} holds NIfTI datatype ${nifti.datatypeCode}, which cannot be read.`,
      { path },
    )
  const size = [dims[0]!, dims[1]!, dims[2]!] as const
  const place = placeOf(nifti, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), size)
  const { affineLps } = place
  const step = (column: number): number =>
    Math.hypot(affineLps[column]!, affineLps[4 + column]!, affineLps[8 + column]!)
  const scaling = Number.isFinite(nifti.scl_slope) && Number.isFinite(nifti.scl_inter)
  return {
    size,
    parts: dims.slice(3).reduce((product, dim) => product * dim, 1),
    samples: datatype === 'rgb24' || datatype === 'rgba32' ? 3 : 1,
    spacingMm: [step(0), step(1), step(2)],
    affineLps,
    placed: place.known,
    warnings: place.warnings.map(warning => ({ ...warning, files: [path] })),
    datatype,
    slope: scaling ? nifti.scl_slope : 0,
    intercept: scaling ? nifti.scl_inter : 0,
    littleEndian: nifti.littleEndian,
    dataOffset: Math.max(0, Math.round(nifti.vox_offset)),
    bytes,
  }
}

/** The uncompressed content: a gzip file is opened on the way. */
async function contentOf(path: string): Promise<AsyncIterable<Uint8Array>> {
  const handle = await open(path, 'r').catch((thrown: unknown) => {
    throw asSagittaError(thrown)
  })
  const magic = new Uint8Array(2)
  try {
    await handle.read(magic, 0, 2, 0)
  } finally {
    await handle.close()
  }
  const file = createReadStream(path, { highWaterMark: 1 << 20 })
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return file
  const gunzip = createGunzip({ chunkSize: 1 << 18 })
  file.once('error', error => gunzip.destroy(error))
  gunzip.once('close', () => file.destroy())
  return file.pipe(gunzip)
}

async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of niftiContent(path)) {
    parts.push(chunk)
    length += chunk.length
    if (length >= count) break
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, count))
}

/** The content, with zlib's errors told as a damaged file. */
export async function* niftiContent(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* await contentOf(path)
  } catch (thrown) {
    const { code } = thrown as { code?: unknown }
    if (code === 'Z_BUF_ERROR')
      throw new SagittaError('truncated', `${path} is truncated: its compressed data ends early.`, { path })
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw new SagittaError(
        'corrupt-file',
        `${path} is damaged: its compressed data cannot be read.`,
        { path },
        { cause: thrown },
      )
    throw asSagittaError(thrown)
  }
}
