// What reading the frames of one volume shares: the decoder, and what was learnt about files that hold many frames.
import type { Words } from '#common/dicom/pixelLayout'
import { closeArchives, type OpenArchives } from '../intake/openPixels'
import type { PixelFile } from '../intake/types'
import type { FrameIndex } from './fragments'
import { sharedDecoder, type Decoder } from './pool'

export interface StoredFrame {
  /** One word per sample, cut and sign-extended. */
  readonly words: Words
  readonly planar: 0 | 1
  readonly photometric: string
}

export interface PixelSession {
  readonly decoder: Decoder
  /** Where the frames of encapsulated files are: each file is indexed once. */
  readonly indexes: Map<PixelFile, Promise<FrameIndex>>
  /** The mosaics read last, for their next tiles. */
  readonly mosaics: Map<PixelFile, Promise<StoredFrame>>
  readonly archives: OpenArchives
  close(): Promise<void>
}

/** Close it when done: it holds archives open. */
export function openSession(decoder: Decoder = sharedDecoder()): PixelSession {
  const archives: OpenArchives = new Map()
  return { decoder, indexes: new Map(), mosaics: new Map(), archives, close: () => closeArchives(archives) }
}

const KEPT_MOSAICS = 4

/** The whole image of a mosaic, read once for neighbouring tiles. */
export function sharedMosaic(
  session: PixelSession,
  pixels: PixelFile,
  read: () => Promise<StoredFrame>,
): Promise<StoredFrame> {
  const known = session.mosaics.get(pixels)
  if (known) return known
  const reading = read()
  session.mosaics.set(pixels, reading)
  if (session.mosaics.size > KEPT_MOSAICS) {
    const [oldest] = session.mosaics.keys()
    if (oldest) session.mosaics.delete(oldest)
  }
  return reading
}
