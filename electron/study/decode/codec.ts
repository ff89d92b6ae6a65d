// One compressed frame to words, by the WebAssembly builds of the reference codecs in dcmjs-codecs (libjpeg, CharLS, OpenJPEG, OpenJPH).
import type * as DcmjsCodecs from 'dcmjs-codecs'
import type { Codec } from '#common/dicom/transferSyntax'
import type { PixelLayout } from '#common/dicom/pixelLayout'

export interface DecodedFrame {
  /** Little-endian words, BitsAllocated of the layout, samples of a pixel together unless `planar` is 1. */
  readonly bytes: Uint8Array
  readonly planar: 0 | 1
  /** Colour space of the words: the codestream may have been converted while decoding. */
  readonly photometric: string
}

type Codecs = typeof DcmjsCodecs
type Native = Codecs['NativeCodecs']
type DecodeName = 'decodeRle' | 'decodeJpeg' | 'decodeJpegLs' | 'decodeJpeg2000' | 'decodeHtJpeg2000'

const DECODERS: Readonly<Record<Exclude<Codec, 'native'>, DecodeName>> = {
  rle: 'decodeRle',
  jpeg: 'decodeJpeg',
  'jpeg-ls': 'decodeJpegLs',
  jpeg2000: 'decodeJpeg2000',
  htj2k: 'decodeHtJpeg2000',
}

let loaded: Promise<Codecs> | null = null

/** Compiles the WebAssembly module on first use; a process that reads no compressed image never pays for it. */
async function load(): Promise<Codecs> {
  const { default: codecs } = (await import('dcmjs-codecs')) as unknown as { default: Codecs }
  await codecs.NativeCodecs.initializeAsync()
  return codecs
}

/**
 * @param codec of the transfer syntax; `native` frames need no decoding
 * @throws whatever the codec says is wrong with the codestream; the caller names the file
 */
export async function decodeFrame(
  encoded: Uint8Array,
  codec: Exclude<Codec, 'native'>,
  layout: PixelLayout,
): Promise<DecodedFrame> {
  loaded ??= load()
  const { Context, NativeCodecs } = await loaded
  const context = new Context({
    width: layout.columns,
    height: layout.rows,
    bitsAllocated: layout.bitsAllocated,
    bitsStored: layout.bitsStored,
    samplesPerPixel: layout.samples,
    pixelRepresentation: layout.signed ? 1 : 0,
    planarConfiguration: layout.planar,
    photometricInterpretation: layout.photometric,
    encodedBuffer: encoded,
  })
  try {
    return resultOf(run(NativeCodecs, DECODERS[codec], context), layout)
  } catch (thrown) {
    // A codec that gave up half-way keeps its buffers: start from a fresh module.
    loaded = null
    throw thrown
  }
}

const run = (
  native: Native,
  name: DecodeName,
  context: InstanceType<Codecs['Context']>,
): InstanceType<Codecs['Context']> => native[name](context)

function resultOf(context: InstanceType<Codecs['Context']>, layout: PixelLayout): DecodedFrame {
  const bytes = context.getDecodedBuffer()
  const needed = (layout.rows * layout.columns * layout.samples * layout.bitsAllocated) / 8
  if (!bytes || bytes.length < needed)
    throw new RangeError(`the codestream gave ${bytes?.length ?? 0} of ${needed} bytes`)
  return {
    bytes: bytes.subarray(0, needed),
    planar: context.getPlanarConfiguration() === 1 ? 1 : 0,
    photometric: context.getPhotometricInterpretation() ?? layout.photometric,
  }
}
