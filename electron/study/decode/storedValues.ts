// The stored values of one file, for `sagitta pixels`: what the bits say, before any rescale, with a hash to compare readers by.
import { createHash } from 'node:crypto'
import { SagittaError } from '#common/errors'
import type { Words } from '#common/dicom/pixelLayout'
import { withFile } from '../intake/bytes'
import { HEAD_BYTES, readFileKind, type FileKind } from '../intake/header'
import { pixelFileOf } from '../intake/pixelFile'
import type { PixelFile } from '../intake/types'
import { openSession } from './session'
import { storedFrame } from './stored'

export interface StoredValues {
  readonly rows: number
  readonly columns: number
  readonly samples: number
  readonly frames: number
  readonly transferSyntaxUid: string
  /** Frame after frame, row-major; samples as they are stored (`planar` and colour space of the file). Above 2^31 as in two's complement. */
  readonly values: Int32Array
  readonly min: number
  readonly max: number
  readonly sum: number
  /** Of `values` as little-endian bytes. */
  readonly sha256: string
}

/**
 * @param frame 0-based; all frames when left out
 * @throws not-dicom, no-pixels, truncated, unsupported-transfer-syntax, decode-failed, unsupported-format (float pixel data)
 */
export async function storedValues(path: string, frame?: number): Promise<StoredValues> {
  const pixels = await pixelFile(path)
  const { layout } = pixels
  if (layout.kind !== 'integer')
    throw new SagittaError(
      'unsupported-format',
      `${path} holds floating-point pixel data: it has no stored integers.`,
      { path },
    )
  if (frame !== undefined && !(frame >= 0 && frame < layout.frames))
    throw new SagittaError('request-invalid', `${path} has ${layout.frames} frames; there is no frame ${frame}.`, {
      path,
      frame,
    })
  const wanted = frame === undefined ? Array.from({ length: layout.frames }, (_, n) => n) : [frame]
  const frames = await readFrames(pixels, wanted)
  const values = new Int32Array(frames.reduce((sum, words) => sum + words.length, 0))
  let at = 0
  for (const words of frames) {
    values.set(words, at)
    at += words.length
  }
  const { rows, columns, samples } = layout
  const facts = { rows, columns, samples, frames: wanted.length, transferSyntaxUid: pixels.transferSyntaxUid }
  const sha256 = createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')
  return { ...facts, values, ...statistics(frames), sha256 }
}

async function pixelFile(path: string): Promise<PixelFile> {
  const kind = await withFile(path, file => readFileKind({ path, entry: null }, file, new Uint8Array(HEAD_BYTES)))
  if (kind.kind !== 'dicom') {
    const code = kind.kind === 'skipped' && kind.instance ? 'truncated' : 'not-dicom'
    throw new SagittaError(code, `${path} cannot be read as DICOM: ${reasonOf(kind)}.`, { path })
  }
  const { image, imageProblem } = kind.instance
  if (!image)
    throw new SagittaError('no-pixels', `${path} holds no image: ${imageProblem ?? 'no pixel data'}.`, { path })
  return pixelFileOf(kind.instance, image)
}

const reasonOf = (kind: Exclude<FileKind, { kind: 'dicom' }>): string =>
  kind.kind === 'skipped' ? kind.reason : `it is a ${kind.kind} file`

async function readFrames(pixels: PixelFile, wanted: readonly number[]): Promise<Words[]> {
  const session = openSession()
  const frames: Words[] = []
  for (const frame of wanted) frames.push((await storedFrame(pixels, frame, session)).words)
  return frames
}

function statistics(frames: readonly Words[]): { min: number; max: number; sum: number } {
  let [min, max, sum] = [Infinity, -Infinity, 0]
  for (const words of frames)
    for (let n = 0; n < words.length; n++) {
      const value = words[n]!
      if (value < min) min = value
      if (value > max) max = value
      sum += value
    }
  return { min, max, sum }
}
