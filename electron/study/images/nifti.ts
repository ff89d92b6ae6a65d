// NIfTI-1 and -2 in, NIfTI-1 out, gzip or not. Values and voxel order are the file's own; only the words for places change (RAS to LPS).
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { NIFTI1 } from 'nifti-reader-js'
import { SagittaError } from '#common/errors'
import type { Affine, Vec3 } from '#common/geometry/types'
import { replaceAtomic } from '../storage/atomic'
import { formsOf, type NiftiForms } from './niftiGeometry'
import { niftiContent, readNiftiHeader, type NiftiArray, type NiftiHeader } from './niftiHeader'

export type { NiftiArray }

export interface NiftiImage extends NiftiHeader {
  /** k-major, i fastest; all parts one after the other. */
  readonly data: NiftiArray
}

const ARRAYS = {
  uint8: Uint8Array,
  rgb24: Uint8Array,
  rgba32: Uint8Array,
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

async function readData(path: string, header: NiftiHeader): Promise<NiftiArray> {
  const ArrayType = ARRAYS[header.datatype]
  const voxels = header.size[0] * header.size[1] * header.size[2] * header.parts
  const count = voxels * (header.datatype === 'rgba32' ? 4 : header.samples)
  const bytes = new Uint8Array(count * ArrayType.BYTES_PER_ELEMENT)
  let position = -header.dataOffset
  for await (const chunk of niftiContent(path)) {
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
  return header.datatype === 'rgba32' ? withoutOpacity(bytes, voxels) : new ArrayType(bytes.buffer)
}

function withoutOpacity(rgba: Uint8Array, voxels: number): Uint8Array {
  const rgb = new Uint8Array(voxels * 3)
  for (let n = 0; n < voxels; n++) rgb.set(rgba.subarray(4 * n, 4 * n + 3), 3 * n)
  return rgb
}

function swapAll(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer)
  if (size === 2) buffer.swap16()
  if (size === 4) buffer.swap32()
  if (size === 8) buffer.swap64()
}

export interface NiftiToWrite {
  readonly size: readonly [number, number, number]
  /** Null: nobody knows where the voxels lie. The file then has `spacingMm`, and claims no place (sform and qform codes 0). */
  readonly affineLps: Affine | null
  /** Used where there is no affine. */
  readonly spacingMm?: Vec3
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
 * Writes NIfTI-1, gzipped when the name ends in `.gz`. sform and qform are equal (scanner coordinates); a sheared grid has the sform only,
 * voxels without a known place have neither.
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

function headerFor({ size, affineLps, spacingMm = [1, 1, 1], data, description = 'Sagitta' }: NiftiToWrite): NIFTI1 {
  const nifti = new NIFTI1()
  nifti.littleEndian = true
  nifti.dims = [3, ...size, 1, 1, 1, 1]
  nifti.pixDims = [1, ...spacingMm, 0, 0, 0, 0]
  nifti.datatypeCode = CODES.get(data.constructor)!
  nifti.numBitsPerVoxel = data.BYTES_PER_ELEMENT * 8
  nifti.vox_offset = DATA_OFFSET
  nifti.scl_slope = 1
  nifti.scl_inter = 0
  nifti.xyzt_units = NIFTI1.UNITS_MM
  nifti.description = description.slice(0, 79)
  nifti.magic = 'n+1\0'
  nifti.sform_code = NIFTI1.XFORM_UNKNOWN
  nifti.qform_code = NIFTI1.XFORM_UNKNOWN
  if (affineLps) setPlace(nifti, formsOf(affineLps))
  return nifti
}

function setPlace(nifti: NIFTI1, { sform, spacingMm, quaternion }: NiftiForms): void {
  nifti.pixDims = [quaternion?.qfac ?? 1, ...spacingMm, 0, 0, 0, 0]
  nifti.sform_code = NIFTI1.XFORM_SCANNER_ANAT
  nifti.affine = [[...sform.slice(0, 4)], [...sform.slice(4, 8)], [...sform.slice(8, 12)], [0, 0, 0, 1]]
  if (!quaternion) return
  nifti.qform_code = NIFTI1.XFORM_SCANNER_ANAT
  ;[nifti.quatern_b, nifti.quatern_c, nifti.quatern_d] = quaternion.bcd
  ;[nifti.qoffset_x, nifti.qoffset_y, nifti.qoffset_z] = [sform[3]!, sform[7]!, sform[11]!]
}
