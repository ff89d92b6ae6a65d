// IDX files (LeCun's MNIST format): big endian sizes, then bytes; plain or gzipped.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { SagittaError } from '#common/errors'
import { ImageSet } from './imageSet'

const UNSIGNED_BYTES = 0x08
export const BYTE_SCALE = { low: 0, high: 255 } as const

interface Idx {
  readonly sizes: readonly number[]
  readonly bytes: Uint8Array
}

/** @throws not-found, corrupt-file, truncated, unsupported-format for values other than bytes. */
export async function readIdx(path: string): Promise<Idx> {
  const bytes = unpacked(path, await readFile(path))
  const axes = bytes[3] ?? 0
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || axes === 0)
    throw new SagittaError('corrupt-file', `${path} is not an IDX file: it does not begin as one.`, { file: path })
  if (bytes[2] !== UNSIGNED_BYTES)
    throw new SagittaError('unsupported-format', `${path} holds values of IDX type ${bytes[2]}; only bytes are read.`, {
      file: path,
    })
  const start = 4 + 4 * axes
  const sizes = Array.from({ length: axes }, (_, axis) =>
    bytes.length >= start ? bytes.readUInt32BE(4 + 4 * axis) : 0,
  )
  const count = sizes.reduce((a, b) => a * b, 1)
  if (bytes.length - start < count || bytes.length < start)
    throw new SagittaError(
      'truncated',
      `${path} is truncated: ${sizes.join(' x ')} bytes are promised, ${Math.max(0, bytes.length - start)} are there.`,
      { file: path },
    )
  return { sizes, bytes: new Uint8Array(bytes.subarray(start, start + count)) }
}

function unpacked(path: string, bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch (cause) {
    throw new SagittaError('corrupt-file', `${path} is gzipped, and damaged.`, { file: path }, { cause })
  }
}

/** Images and their labels. @throws what `readIdx` throws; grid-mismatch when there are more labels than images, or fewer. */
export async function idxImages(images: string, labels: string | null): Promise<ImageSet> {
  const { sizes, bytes } = await readIdx(images)
  const [count = 0, rows = 1, columns = 1] = sizes
  if (sizes.length !== 3)
    throw new SagittaError(
      'unsupported-format',
      `${images} has ${sizes.length} axes; images have 3 (count, rows, columns).`,
      {
        file: images,
      },
    )
  const classes = labels === null ? null : (await readIdx(labels)).bytes
  if (classes && classes.length !== count)
    throw new SagittaError('grid-mismatch', `${labels} has ${classes.length} labels, ${images} ${count} images.`, {
      images,
      labels,
    })
  const name = basename(images).replace(/\.gz$/, '')
  return ImageSet.of({
    name: images,
    shape: [1, rows, columns],
    values: bytes,
    items: Array.from({ length: count }, (_, n) => ({
      id: `${name} ${n}`,
      patient: '',
      label: classes ? classes[n]! : null,
      place: null,
    })),
    classNames: classes ? namesUpTo(classes) : [],
    scale: BYTE_SCALE,
  })
}

/** Classes without names are called by their numbers. */
export function namesUpTo(classes: ArrayLike<number>): string[] {
  let last = 0
  for (let n = 0; n < classes.length; n++) last = Math.max(last, classes[n]!)
  return Array.from({ length: last + 1 }, (_, n) => String(n))
}
