// Colour frames to interleaved 8-bit RGB (PS3.3 C.7.6.3.1.2); no modality rescale applies to them.
import type { Palette } from '#common/dicom/palette'
import type { Words } from '#common/dicom/pixelLayout'
import { SagittaError } from '#common/errors'
import { nameOf } from '../decode/errors'
import type { StoredFrame } from '../decode/session'
import type { PixelFile } from '../intake/types'

/** Writes `rows * columns * 3` values to `out`. */
export function rgbInto(frame: StoredFrame, pixels: PixelFile, out: Uint8Array): void {
  const { layout } = pixels
  const count = layout.rows * layout.columns
  const shift = Math.max(0, layout.bitsStored - 8)
  const { photometric, planar, words } = frame
  if (photometric === 'YBR_FULL_422' && words.length < count * 3) return fromYbr422(words, out, shift)
  if (layout.samples === 1 && pixels.palette) return fromPalette(words, pixels.palette, out)
  if (layout.samples !== 3) throw noColour(pixels)
  const step = planar === 1 ? 1 : 3
  const plane = planar === 1 ? count : 1
  // YBR_ICT and YBR_RCT are undone by the JPEG 2000 decoder.
  const convert = photometric.startsWith('YBR_FULL') ? ybrToRgb : copyRgb
  for (let n = 0; n < count; n++) {
    const at = n * step
    convert(out, n * 3, words[at]! >> shift, words[at + plane]! >> shift, words[at + 2 * plane]! >> shift)
  }
}

function copyRgb(out: Uint8Array, at: number, r: number, g: number, b: number): void {
  out[at] = r
  out[at + 1] = g
  out[at + 2] = b
}

const byte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value))

/** Inverse of PS3.3 C.7.6.3.1.2 YBR_FULL (full range, ITU-R BT.601 primaries). */
function ybrToRgb(out: Uint8Array, at: number, y: number, cb: number, cr: number): void {
  out[at] = byte(y + 1.402 * (cr - 128))
  out[at + 1] = byte(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128))
  out[at + 2] = byte(y + 1.772 * (cb - 128))
}

/** Uncompressed YBR_FULL_422: Y1 Y2 Cb Cr for every two pixels of a row. */
function fromYbr422(words: Words, out: Uint8Array, shift: number): void {
  for (let from = 0, at = 0; from + 3 < words.length; from += 4, at += 6) {
    const cb = words[from + 2]! >> shift
    const cr = words[from + 3]! >> shift
    ybrToRgb(out, at, words[from]! >> shift, cb, cr)
    ybrToRgb(out, at + 3, words[from + 1]! >> shift, cb, cr)
  }
}

function fromPalette(words: Words, { first, red, green, blue }: Palette, out: Uint8Array): void {
  const last = red.length - 1
  for (let n = 0; n < words.length; n++) {
    const index = Math.min(Math.max(words[n]! - first, 0), last)
    copyRgb(out, n * 3, red[index]!, green[index]!, blue[index]!)
  }
}

function noColour(pixels: PixelFile): SagittaError {
  const { samples, photometric } = pixels.layout
  const what =
    samples === 1 ? 'its palette is missing or damaged' : `${photometric} of ${samples} samples cannot be shown`
  return new SagittaError('unsupported-format', `The colours of ${nameOf(pixels)} cannot be read: ${what}.`, {
    path: pixels.file.path,
    photometric,
  })
}
