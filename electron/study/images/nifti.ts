// NIfTI-1 and -2 in, NIfTI-1 out, gzip or not. Values and voxel order are the file's own; only the words for places change (RAS to LPS).
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { NIFTI1, NIFTI2, isNIFTI1, isNIFTI2 } from 'nifti-reader-js'
import { asSagittaError, SagittaError } from '#common/errors'
import type { Affine } from '#common/geometry/types'
import type { Warning } from '#common/ipc/volume'
import { replaceAtomic } from '../storage/atomic'
import { formsOf, placeOf } from './niftiGeometry'

export type NiftiArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export interface NiftiHeader {
  readonly size: readonly [i: number, j: number, k: number]
  /** Volumes along the fourth axis, all further axes folded into it. */
  readonly parts: number
  /** 1, or 3 for RGB24. */
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

export interface NiftiImage extends NiftiHeader {
  /** k-major, i fastest; all parts one after the other. */
  readonly data: NiftiArray
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
} as const
export type NiftiDatatype = (typeof DATATYPES)[keyof typeof DATATYPES]

const ARRAYS = {
  uint8: Uint8Array,
  rgb24: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

/** Where NIfTI-1 puts its data when there are no extensions. */
const DATA_OFFSET = 352
const NIFTI2_HEADER = 544

export interface ReadNiftiOptions {
  /** Stored values as they are: label maps carry no scaling, whatever the header says. */
  labels?: boolean
}

/**
 * Reads header and voxels.
 * @throws not-found, not-readable, corrupt-file, truncated, unsupported-format
 */
export async function readNifti(path: string, { labels = false }: ReadNiftiOptions = {}): Promise<NiftiImage> {
  const header = await readNiftiHeader(path)
  const raw = await readData(path, header)
  const scaled = !labels && header.slope !== 0 && (header.slope !== 1 || header.intercept !== 0)
  if (!scaled) return { ...header, data: raw }
  const data = new Float32Array(raw.length)
  for (let n = 0; n < raw.length; n++) data[n] = raw[n]! * header.slope + header.intercept
  return { ...header, data }
}

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
    samples: datatype === 'rgb24' ? 3 : 1,
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
  for await (const chunk of guarded(path)) {
    parts.push(chunk)
    length += chunk.length
    if (length >= count) break
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, count))
}

/** The content, with zlib's errors told as a damaged file. */
async function* guarded(path: string): AsyncGenerator<Uint8Array> {
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

async function readData(path: string, header: NiftiHeader): Promise<NiftiArray> {
  const ArrayType = ARRAYS[header.datatype]
  const count = header.size[0] * header.size[1] * header.size[2] * header.parts * header.samples
  const bytes = new Uint8Array(count * ArrayType.BYTES_PER_ELEMENT)
  let position = -header.dataOffset
  for await (const chunk of guarded(path)) {
    const skip = Math.max(0, -position)
    const room = bytes.length - Math.max(0, position)
    if (skip < chunk.length && room > 0) bytes.set(chunk.subarray(skip, skip + room), Math.max(0, position))
    position += chunk.length
    if (position >= bytes.length) break
  }
  if (position < bytes.length) {
    const message = `${path} is truncated: it has ${Math.max(0, position)} of ${bytes.length} bytes of voxels.`
    throw new SagittaError('truncated', message, { path })
  }
  if (!header.littleEndian) swapAll(bytes, ArrayType.BYTES_PER_ELEMENT)
  return new ArrayType(bytes.buffer)
}

function swapAll(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer)
  if (size === 2) buffer.swap16()
  if (size === 4) buffer.swap32()
  if (size === 8) buffer.swap64()
}

export interface NiftiToWrite {
  readonly size: readonly [number, number, number]
  readonly affineLps: Affine
  /** k-major, i fastest. */
  readonly data: Exclude<NiftiArray, Float64Array>
  /** For the header's 80 characters; never patient names. */
  readonly description?: string
}

const CODES = new Map<unknown, number>([
  [Uint8Array, 2],
  [Int16Array, 4],
  [Int32Array, 8],
  [Float32Array, 16],
  [Int8Array, 256],
  [Uint16Array, 512],
  [Uint32Array, 768],
])

/**
 * Writes NIfTI-1, gzipped when the name ends in `.gz`. sform and qform are equal (scanner coordinates); a sheared grid has the sform only.
 * @throws not-writable, disk-full; request-invalid when sizes do not agree
 */
export async function writeNifti(path: string, image: NiftiToWrite): Promise<void> {
  const { size, data } = image
  if (data.length !== size[0] * size[1] * size[2])
    throw new SagittaError('request-invalid', `${data.length} values do not fill ${size.join(' x ')} voxels.`, { path })
  const header = new Uint8Array(headerFor(image).toArrayBuffer())
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  await replaceAtomic(path, async temporary => {
    const chunks = Readable.from(chunksOf(header, body))
    const stream = createWriteStream(temporary, { flags: 'wx' })
    if (/\.gz$/i.test(path)) await pipeline(chunks, createGzip({ level: 4 }), stream)
    else await pipeline(chunks, stream)
  })
}

/** In pieces, so that gzip and disk work while the rest waits, without a second copy of the volume. */
function* chunksOf(header: Uint8Array, body: Uint8Array): Generator<Uint8Array> {
  yield header
  for (let at = 0; at < body.length; at += 1 << 20) yield body.subarray(at, at + (1 << 20))
}

function headerFor({ size, affineLps, data, description = 'Sagitta' }: NiftiToWrite): NIFTI1 {
  const { sform, spacingMm, quaternion } = formsOf(affineLps)
  const nifti = new NIFTI1()
  nifti.littleEndian = true
  nifti.dims = [3, ...size, 1, 1, 1, 1]
  nifti.pixDims = [quaternion?.qfac ?? 1, ...spacingMm, 0, 0, 0, 0]
  nifti.datatypeCode = CODES.get(data.constructor)!
  nifti.numBitsPerVoxel = data.BYTES_PER_ELEMENT * 8
  nifti.vox_offset = DATA_OFFSET
  nifti.scl_slope = 1
  nifti.scl_inter = 0
  nifti.xyzt_units = NIFTI1.UNITS_MM
  nifti.description = description.slice(0, 79)
  nifti.sform_code = NIFTI1.XFORM_SCANNER_ANAT
  nifti.affine = [sform.slice(0, 4), sform.slice(4, 8), sform.slice(8, 12), [0, 0, 0, 1]]
  nifti.qform_code = quaternion ? NIFTI1.XFORM_SCANNER_ANAT : NIFTI1.XFORM_UNKNOWN
  if (quaternion) {
    ;[nifti.quatern_b, nifti.quatern_c, nifti.quatern_d] = quaternion.bcd
    ;[nifti.qoffset_x, nifti.qoffset_y, nifti.qoffset_z] = [sform[3]!, sform[7]!, sform[11]!]
  }
  nifti.magic = 'n+1\0'
  return nifti
}
