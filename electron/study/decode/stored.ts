// The stored values of one frame: from disk, decompressed, cut to BitsStored. Before any rescale.
import { asWords, cutStoredBits, frameBits, samplesPerFrame, swapBytes, unpackBits } from '#common/dicom/pixelLayout'
import type { PixelLayout, Words } from '#common/dicom/pixelLayout'
import { transferSyntax } from '#common/dicom/transferSyntax'
import type { OpenFile } from '../intake/bytes'
import { openPixels } from '../intake/openPixels'
import type { PixelFile } from '../intake/types'
import { decodeFailed, truncated, unsupported } from './errors'
import { indexFrames, readFragments, type FrameIndex } from './fragments'
import type { DecodedFrame } from './codec'
import type { PixelSession, StoredFrame } from './session'

/**
 * @param frame 0-based
 * @throws truncated, unsupported-transfer-syntax, decode-failed; each names the file
 */
export async function storedFrame(pixels: PixelFile, frame: number, session: PixelSession): Promise<StoredFrame> {
  const syntax = transferSyntax(pixels.transferSyntaxUid)
  if (!syntax) throw unsupported(pixels)
  const { layout } = pixels
  const { codec } = syntax
  const stored = await openPixels(pixels, session.archives, async file => {
    if (pixels.length !== null) return nativeFrame(file, pixels, frame, syntax.bigEndian)
    const fragments = await frameFragments(file, pixels, frame, session)
    const encoded = await readFragments(file, fragments)
    if (codec === 'native') return { bytes: encoded, planar: layout.planar, photometric: layout.photometric }
    return session.decoder.decode({ encoded, codec, layout }).catch((thrown: unknown) => {
      throw decodeFailed(pixels, frame, thrown)
    })
  })
  return { ...stored, words: wordsOf(stored.bytes, layout, frame) }
}

async function frameFragments(
  file: OpenFile,
  pixels: PixelFile,
  frame: number,
  { indexes }: PixelSession,
): Promise<FrameIndex['frames'][number]> {
  const known = indexes.get(pixels) ?? indexFrames(file, pixels)
  indexes.set(pixels, known)
  return (await known).frames[frame]!
}

async function nativeFrame(
  file: OpenFile,
  pixels: PixelFile,
  frame: number,
  bigEndian: boolean,
): Promise<DecodedFrame> {
  const { layout, offset } = pixels
  const bits = frameBits(layout)
  const from = Math.floor((bits * frame) / 8)
  const to = Math.ceil((bits * (frame + 1)) / 8)
  const bytes = new Uint8Array(to - from)
  const there = await file.readInto(bytes, offset + from)
  if (there < bytes.length) throw truncated(pixels, frame, `has ${there} of ${bytes.length} bytes`)
  if (bigEndian && layout.bitsAllocated > 8) swapBytes(bytes, layout.bitsAllocated / 8)
  return { bytes, planar: layout.planar, photometric: layout.photometric }
}

function wordsOf(bytes: Uint8Array, layout: PixelLayout, frame: number): Words {
  if (layout.bitsAllocated === 1) {
    const firstBit = (frameBits(layout) * frame) % 8
    return unpackBits(bytes, firstBit, samplesPerFrame(layout))
  }
  const words = asWords(bytes, layout)
  cutStoredBits(words, layout)
  return words
}
