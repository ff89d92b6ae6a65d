// NRRD, MetaImage, PNG, TIFF and JPEG by ITK's readers, compiled to WebAssembly; from disk, nothing is fetched.
import { access } from 'node:fs/promises'
import type * as ImageIo from '@itk-wasm/image-io'
import { asSagittaError, SagittaError } from '#common/errors'
import { affineFromColumns } from '#common/geometry/affine'
import type { Affine, Vec3 } from '#common/geometry/types'
import type { Values } from '../volumes/values'
import type { ImageFormat, ImageShape } from './imageFormat'

export interface ItkFacts extends ImageShape {
  /** Steps along a fourth axis. */
  readonly parts: number
  readonly spacingMm: readonly [number, number, number]
  /** Null when the format does not know where in the patient the image lies. */
  readonly affineLps: Affine | null
}

export interface ItkImage extends ItkFacts {
  /** i fastest; all parts one after the other; colour as interleaved 8-bit RGB. */
  readonly data: Values
}

interface ItkResult {
  readonly couldRead?: unknown
  readonly image?: {
    readonly imageType: { readonly dimension: number; readonly components: number; readonly componentType: string }
    readonly size: readonly number[]
    readonly spacing: readonly number[]
    readonly origin: readonly number[]
    readonly direction: ArrayLike<number>
    readonly metadata: ReadonlyMap<string, unknown>
    readonly data: ArrayLike<number> | null
  }
}

type Found = NonNullable<ItkResult['image']>
type Reader = (path: string, options?: { informationOnly?: boolean }) => Promise<ItkResult>

/** The package is pure ESM, and large: loaded when the first such image is opened. */
async function readerOf(format: ImageFormat): Promise<Reader> {
  const io: typeof ImageIo = await import('@itk-wasm/image-io')
  const readers: Record<ImageFormat, unknown> = {
    png: io.pngReadImageNode,
    jpeg: io.jpegReadImageNode,
    tiff: io.tiffReadImageNode,
    nrrd: io.nrrdReadImageNode,
    meta: io.metaReadImageNode,
  }
  return readers[format] as Reader
}

/** Size and place, without the pixels. @throws corrupt-file, unsupported-format */
export async function readItkFacts(path: string, format: ImageFormat): Promise<ItkFacts> {
  return factsOf(path, format, await read(path, format, true))
}

/** @throws corrupt-file, unsupported-format, not-found, not-readable */
export async function readItkImage(path: string, format: ImageFormat): Promise<ItkImage> {
  const found = await read(path, format, false)
  const facts = factsOf(path, format, found)
  const { components } = found.imageType
  const count = facts.size[0] * facts.size[1] * facts.size[2] * facts.parts
  if (!found.data || found.data.length < count * components)
    throw new SagittaError(
      'truncated',
      `${path} is truncated: it has ${found.data?.length ?? 0} of ${count * components} values.`,
      { path },
    )
  return {
    ...facts,
    data: facts.samples === 3 ? rgb(found.data, count, components) : grey(found.data, count, components),
  }
}

async function read(path: string, format: ImageFormat, informationOnly: boolean): Promise<Found> {
  await access(path).catch((thrown: unknown) => {
    throw asSagittaError(thrown)
  })
  const reader = await readerOf(format)
  let result: ItkResult
  try {
    result = await reader(path, { informationOnly })
  } catch (cause) {
    throw corrupt(path, format, cause)
  }
  if (!result.image || result.couldRead === false) throw corrupt(path, format)
  return result.image
}

const corrupt = (path: string, format: ImageFormat, cause?: unknown): SagittaError =>
  new SagittaError(
    'corrupt-file',
    `${path} looks like ${format.toUpperCase()} but cannot be read: it is damaged.`,
    { path },
    { cause },
  )

function factsOf(path: string, format: ImageFormat, found: Found): ItkFacts {
  const { dimension, components } = found.imageType
  if (dimension < 2 || dimension > 4 || components > 4)
    throw new SagittaError(
      'unsupported-format',
      `${path} has ${dimension} axes and ${components} values per voxel, which cannot be shown.`,
      { path },
    )
  const [columns = 1, rows = 1, slices = 1, parts = 1] = found.size
  const [x = 1, y = 1, z = 1] = found.spacing
  return {
    size: [columns, rows, slices],
    samples: components >= 3 ? 3 : 1,
    parts,
    spacingMm: [x, y, z],
    affineLps: knowsPlace(format, found) ? affineOf(found) : null,
  }
}

/** ITK fills in an identity where a format has no place; only these formats have one, NRRD only when it names its space. */
function knowsPlace(format: ImageFormat, { imageType, metadata }: Found): boolean {
  if (imageType.dimension < 3) return false
  return format === 'meta' || (format === 'nrrd' && metadata.has('NRRD_space'))
}

/** ITK speaks LPS; its direction matrix is row-major, an axis per column. */
function affineOf({ imageType: { dimension }, direction, spacing, origin }: Found): Affine {
  const column = (axis: number): Vec3 => {
    const component = (row: number): number => (direction[row * dimension + axis] ?? 0) * (spacing[axis] ?? 1)
    return [component(0), component(1), component(2)]
  }
  return affineFromColumns(column(0), column(1), column(2), [origin[0] ?? 0, origin[1] ?? 0, origin[2] ?? 0])
}

/** First of 1 or 2 components (the second is opacity). Integers that fit stay integers, everything else becomes float32. */
function grey(values: ArrayLike<number>, count: number, components: number): Values {
  if (
    components === 1 &&
    (values instanceof Uint8Array || values instanceof Int16Array || values instanceof Float32Array)
  )
    return values
  const numbers = Float32Array.from({ length: count }, (_, n) => Number(values[n * components]))
  const isInteger = !(values instanceof Float64Array || values instanceof Float32Array)
  const fits = isInteger && numbers.every(value => value >= -32768 && value <= 32767)
  return fits ? Int16Array.from(numbers) : numbers
}

/** 8-bit RGB from 3 or 4 components of 8 or 16 bits; opacity is dropped. */
function rgb(values: ArrayLike<number>, count: number, components: number): Uint8Array {
  const shift = values instanceof Uint16Array ? 8 : 0
  const out = new Uint8Array(count * 3)
  for (let n = 0; n < count; n++) for (let c = 0; c < 3; c++) out[n * 3 + c] = values[n * components + c]! >> shift
  return out
}
