// Test-only encoder: one frame in a compressed transfer syntax, by the codecs that also decode.
import type * as DcmjsCodecs from 'dcmjs-codecs'

type Codecs = typeof DcmjsCodecs

export interface FrameToEncode {
  readonly rows: number
  readonly columns: number
  /** Bytes of the words, little endian. */
  readonly bytes: Uint8Array
  readonly bitsAllocated?: number
  readonly bitsStored?: number
  readonly signed?: boolean
  readonly samples?: number
  readonly photometric?: string
}

export type EncodeName = 'encodeRle' | 'encodeJpeg' | 'encodeJpegLs' | 'encodeJpeg2000' | 'encodeHtJpeg2000'

export async function encodeFrame(
  frame: FrameToEncode,
  name: EncodeName,
  parameters: Record<string, unknown> = {},
): Promise<Uint8Array> {
  const { default: codecs } = (await import('dcmjs-codecs')) as unknown as { default: Codecs }
  if (!codecs.NativeCodecs.isInitialized()) await codecs.NativeCodecs.initializeAsync()
  const context = new codecs.Context({
    width: frame.columns,
    height: frame.rows,
    bitsAllocated: frame.bitsAllocated ?? 16,
    bitsStored: frame.bitsStored ?? 16,
    samplesPerPixel: frame.samples ?? 1,
    pixelRepresentation: frame.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: frame.photometric ?? 'MONOCHROME2',
    decodedBuffer: frame.bytes,
  })
  const encoded = codecs.NativeCodecs[name](context, parameters).getEncodedBuffer()
  if (!encoded) throw new Error(`${name} gave nothing`)
  return encoded
}
