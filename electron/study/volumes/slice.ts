// One slice from disk into its place in an array.
import { cutStoredBits, swapBytes, type Words } from '#common/dicom/pixelLayout'
import { transferSyntax } from '#common/dicom/transferSyntax'
import { truncated } from '../decode/errors'
import type { Decoder } from '../decode/pool'
import { storedFrame, type FrameIndexes } from '../decode/stored'
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
  samples: number,
  decoder: Decoder,
  indexes: FrameIndexes,
): Promise<ValueRange> {
  if (isPlain16(slice) && out instanceof Int16Array) return plain16Into(slice, out)
  const frame = await storedFrame(slice.pixels, slice.frame, decoder, indexes)
  if (samples === 1) return rescaleInto(frame.words, out, slice.rescale, slice.padding)
  if (out instanceof Uint8Array) rgbInto(frame, slice.pixels.layout, out)
  return [0, 255]
}

/** Uncompressed 16-bit grey: the bytes on disk have the size and order of the result, and are read straight into it. */
function isPlain16({ pixels, tile }: SliceSource): boolean {
  const { layout } = pixels
  const native = pixels.length !== null && pixels.deflatedFrom === null
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
