// One compressed frame to words, by the WebAssembly builds of the reference codecs in dcmjs-codecs (libjpeg, CharLS, OpenJPEG, OpenJPH).
import codecs from 'dcmjs-codecs'
import type { Codec } from '#common/dicom/transferSyntax'
import type { PixelLayout } from '#common/dicom/pixelLayout'
import { sizeProblem } from './codestream'

export interface DecodedFrame {
  /** Little-endian words, BitsAllocated of the layout, samples of a pixel together unless `planar` is 1. */
  readonly bytes: Uint8Array
  readonly planar: 0 | 1
  /** Colour space of the words: the codestream may have been converted while decoding. */
  readonly photometric: string
}

const { Context, NativeCodecs, log } = codecs
// What is wrong with a codestream reaches the user as an error that names the file; the codecs' own lines would only be noise.
log.setLevel('silent', false)
type Native = typeof NativeCodecs
type DecodeName = 'decodeRle' | 'decodeJpeg' | 'decodeJpegLs' | 'decodeJpeg2000' | 'decodeHtJpeg2000'

const DECODERS: Readonly<Record<Exclude<Codec, 'native'>, DecodeName>> = {
  rle: 'decodeRle',
  jpeg: 'decodeJpeg',
  'jpeg-ls': 'decodeJpegLs',
  jpeg2000: 'decodeJpeg2000',
  htj2k: 'decodeHtJpeg2000',
}

let ready: Promise<void> | null = null

/**
 * @param codec of the transfer syntax; `native` frames need no decoding
 * @throws whatever the codec says is wrong with the codestream; the caller names the file
 */
export async function decodeFrame(
  encoded: Uint8Array,
  codec: Exclude<Codec, 'native'>,
  layout: PixelLayout,
): Promise<DecodedFrame> {
  const problem = sizeProblem(encoded, codec, layout)
  if (problem !== null) throw new RangeError(problem)
  // Compiled on first use; a process that reads no compressed image never pays for it.
  ready ??= NativeCodecs.initializeAsync()
  await ready
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
    ready = null
    throw thrown
  }
}

const run = (native: Native, name: DecodeName, context: InstanceType<typeof Context>): InstanceType<typeof Context> =>
  native[name](context)

function resultOf(context: InstanceType<typeof Context>, layout: PixelLayout): DecodedFrame {
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
