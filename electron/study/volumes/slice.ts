// One slice from disk into its place in an array.
import type { Tile } from '#common/dicom/mosaic'
import { cutStoredBits, swapBytes, type PixelLayout, type Words } from '#common/dicom/pixelLayout'
import { transferSyntax } from '#common/dicom/transferSyntax'
import type { VolumeInfo } from '#common/ipc/volume'
import { truncated } from '../decode/errors'
import { sharedMosaic, type PixelSession } from '../decode/session'
import { storedFrame } from '../decode/stored'
import { readInto } from '../intake/bytes'
import type { SliceSource } from '../intake/types'
import { rgbInto } from './colour'
import { rescaleInto, type ValueRange, type Values } from './values'

/**
 * Fills `out` (one slice, rows x columns x samples) with real values and returns their range without padding.
 * @throws truncated, unsupported-transfer-syntax, decode-failed
 */
export async function sliceInto(
  slice: SliceSource,
  out: Values,
  { size, samples }: Pick<VolumeInfo, 'size' | 'samples'>,
  session: PixelSession,
): Promise<ValueRange> {
  const { pixels, frame, tile, rescale, padding } = slice
  if (isPlain16(slice) && out instanceof Int16Array) return plain16Into(slice, out)
  if (tile) {
    const whole = await sharedMosaic(session, pixels, () => storedFrame(pixels, frame, session))
    return rescaleInto(cropped(whole.words, pixels.layout, tile, size), out, rescale, padding)
  }
  const stored = await storedFrame(pixels, frame, session)
  if (samples === 1) return rescaleInto(stored.words, out, rescale, padding)
  if (out instanceof Uint8Array) rgbInto(stored, pixels, out)
  return [0, 255]
}

/** Uncompressed 16-bit grey: the bytes on disk have the size and order of the result, and are read straight into it. */
function isPlain16({ pixels, tile }: SliceSource): boolean {
  const { layout, file } = pixels
  const native = pixels.length !== null && pixels.deflatedFrom === null && file.entry === null
  return native && tile === null && layout.bitsAllocated === 16 && layout.samples === 1
}

async function plain16Into(slice: SliceSource, out: Int16Array): Promise<ValueRange> {
  const { pixels, frame, rescale, padding } = slice
  const { layout } = pixels
  const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
  const there = await readInto(pixels.file.path, bytes, pixels.offset + frame * bytes.length)
  if (there < bytes.length) throw truncated(pixels, frame, `has ${there} of ${bytes.length} bytes`)
  if (transferSyntax(pixels.transferSyntaxUid)?.bigEndian) swapBytes(bytes, 2)
  const words: Words = layout.signed ? out : new Uint16Array(out.buffer, out.byteOffset, out.length)
  cutStoredBits(words, layout)
  return rescaleInto(words, out, rescale, padding)
}

/** The words of one tile of a mosaic. */
function cropped(words: Words, layout: PixelLayout, tile: Tile, [columns, rows]: VolumeInfo['size']): Words {
  const part = words.slice(0, rows * columns)
  for (let row = 0; row < rows; row++) {
    const from = (tile.row + row) * layout.columns + tile.column
    part.set(words.subarray(from, from + columns), row * columns)
  }
  return part
}
