// How the samples of one frame lie in memory, and how a stored value is cut out of its word (PS3.5 section 8.1.1).
import { SagittaError } from '../errors'

/** The Image Pixel module (PS3.3 C.7.6.3), as far as reading needs it. */
export interface PixelLayout {
  readonly rows: number
  readonly columns: number
  readonly samples: number
  readonly photometric: string
  /** 0: samples of a pixel together; 1: one plane after the other. */
  readonly planar: 0 | 1
  readonly bitsAllocated: 1 | 8 | 16 | 32 | 64
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  readonly frames: number
  /** `float32` and `float64` are Float and Double Float Pixel Data (7FE0,0008) and (7FE0,0009). */
  readonly kind: 'integer' | 'float32' | 'float64'
}

/** Words of one frame: an integer array whose unused bits may hold anything until `cutStoredBits` has run, or floats. */
export type Words =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export const isSubsampled = (layout: PixelLayout): boolean => /_42[02]$/.test(layout.photometric)

export const samplesPerFrame = (layout: PixelLayout): number => layout.rows * layout.columns * layout.samples

/**
 * Bits of one uncompressed frame. 1-bit frames are packed without padding between frames (PS3.5 8.1.1); YBR_FULL_422 halves the
 * two chroma planes (PS3.3 C.7.6.3.1.2), so a pixel takes two samples instead of three.
 */
export function frameBits(layout: PixelLayout): number {
  const pixels = layout.rows * layout.columns
  const samples = isSubsampled(layout) ? 2 : layout.samples
  return pixels * samples * layout.bitsAllocated
}

/** Bytes of the whole uncompressed element value, without the even-length pad byte. */
export const valueBytes = (layout: PixelLayout): number => Math.ceil((frameBits(layout) * layout.frames) / 8)

/**
 * Little-endian words of `bytes` (bitsAllocated 8, 16 or 32, or float pixel data), without a copy where the alignment allows it.
 * @throws internal when the word size is none of these: the caller has checked the layout.
 */
export function asWords(bytes: Uint8Array, layout: PixelLayout): Words {
  const size = layout.bitsAllocated / 8
  const own = bytes.byteOffset % size === 0 ? bytes : bytes.slice()
  const length = Math.floor(own.byteLength / size)
  const at = [own.buffer, own.byteOffset, length] as const
  if (layout.kind === 'float32') return new Float32Array(...at)
  if (layout.kind === 'float64') return new Float64Array(...at)
  if (layout.bitsAllocated === 8) return layout.signed ? new Int8Array(...at) : new Uint8Array(...at)
  if (layout.bitsAllocated === 16) return layout.signed ? new Int16Array(...at) : new Uint16Array(...at)
  if (layout.bitsAllocated === 32) return layout.signed ? new Int32Array(...at) : new Uint32Array(...at)
  throw new SagittaError('internal', `Words of ${layout.bitsAllocated} bits cannot be viewed as an array.`)
}

/** Swaps the bytes of every 16- or 32-bit word in place: big-endian data on our little-endian machines. */
export function swapBytes(bytes: Uint8Array, wordBytes: number): void {
  for (let at = 0; at + wordBytes <= bytes.length; at += wordBytes) bytes.subarray(at, at + wordBytes).reverse()
}

/** One bit per sample, first sample in the least significant bit, starting `bitOffset` bits into `bytes` (PS3.5 D.1). */
export function unpackBits(bytes: Uint8Array, bitOffset: number, count: number): Uint8Array {
  const values = new Uint8Array(count)
  for (let n = 0; n < count; n++) {
    const bit = bitOffset + n
    values[n] = (bytes[bit >> 3]! >> (bit & 7)) & 1
  }
  return values
}

/**
 * Cuts the stored value out of every word, in place: BitsStored bits below and with HighBit, sign-extended when PixelRepresentation
 * is 1. Bits outside are never assumed to be zero: they may hold overlays (PS3.5 8.1.2) or junk.
 */
export function cutStoredBits(words: Words, layout: PixelLayout): void {
  if (layout.kind !== 'integer' || layout.bitsAllocated === 1) return
  const below = layout.highBit + 1 - layout.bitsStored
  const above = layout.bitsAllocated - layout.highBit - 1
  if (below === 0 && above === 0) return
  // Left so that the highest stored bit reaches bit 31, then right: >> repeats the sign, >>> fills with zeros.
  const left = 32 - layout.bitsAllocated + above
  const right = 32 - layout.bitsStored
  if (layout.signed) for (let n = 0; n < words.length; n++) words[n] = (words[n]! << left) >> right
  else for (let n = 0; n < words.length; n++) words[n] = (words[n]! << left) >>> right
}
