// What a codestream says of its own size, read from its markers: checked against the header before a decoder allocates for it.
import type { PixelLayout } from '#common/dicom/pixelLayout'
import type { Codec } from '#common/dicom/transferSyntax'

export interface CodestreamSize {
  readonly rows: number
  readonly columns: number
  readonly samples: number
}

const SOI = 0xffd8
const SOC = 0xff4f
const SIZ = 0xff51

/** A JP2 file in place of a bare codestream keeps it behind a few boxes. */
const SEARCHED_BYTES = 4096

/** Null when no frame header can be found. */
export function codestreamSize(bytes: Uint8Array): CodestreamSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length >= 4 && view.getUint16(0) === SOI) return jpegSize(view)
  for (let at = 0; at + 42 <= Math.min(bytes.length, SEARCHED_BYTES); at++)
    if (view.getUint16(at) === SOC && view.getUint16(at + 2) === SIZ) return jpeg2000Size(view, at)
  return null
}

/** SIZ comes right after SOC (ISO 15444-1 A.5.1): Xsiz, Ysiz, XOsiz, YOsiz from byte 8, Csiz at 40. */
const jpeg2000Size = (view: DataView, at: number): CodestreamSize => ({
  columns: view.getUint32(at + 8) - view.getUint32(at + 16),
  rows: view.getUint32(at + 12) - view.getUint32(at + 20),
  samples: view.getUint16(at + 40),
})

/** First frame header: SOF0 to SOF15 without DHT, JPG and DAC, or SOF55 of JPEG-LS (ISO 10918-1 B.2.2, ISO 14495-1 C.2.2). */
function jpegSize(view: DataView): CodestreamSize | null {
  let at = 2
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    const isFrame = (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7
    if (isFrame)
      return { rows: view.getUint16(at + 5), columns: view.getUint16(at + 7), samples: view.getUint8(at + 9) }
    // 0xff may be repeated as fill before a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return null
}

/**
 * @returns why the codestream can't be this frame, or null. A decoder that believed a damaged size would allocate gigabytes.
 */
export function sizeProblem(encoded: Uint8Array, codec: Exclude<Codec, 'native'>, layout: PixelLayout): string | null {
  if (codec === 'rle') return null
  const size = codestreamSize(encoded)
  if (!size) return 'it holds no codestream of this kind'
  const { rows, columns, samples } = layout
  // A height of 0 is defined by a later DNL marker (ISO 10918-1 B.2.5).
  if (size.columns === columns && (size.rows === rows || size.rows === 0) && size.samples === samples) return null
  return `its codestream is ${size.columns} x ${size.rows} with ${size.samples} samples, its header says ${columns} x ${rows} with ${samples}`
}
