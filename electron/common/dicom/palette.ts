// PALETTE COLOR: stored values through three tables to red, green and blue (PS3.3 C.7.9).
import type { Attributes, Tag } from './attributes'
import { expandSegments } from './paletteSegments'
import { TAGS } from './tags'

export interface Palette {
  /** Stored value mapped to the first entry; values outside take the nearest end. */
  readonly first: number
  /** 8 bits each, of equal length. */
  readonly red: Uint8Array
  readonly green: Uint8Array
  readonly blue: Uint8Array
}

/** Null when the tables are missing or incomplete. */
export function paletteOf(attributes: Attributes, signed: boolean): Palette | null {
  const red = channel(attributes, TAGS.RedPaletteDescriptor, TAGS.RedPaletteData, TAGS.RedPaletteSegments)
  const green = channel(attributes, TAGS.GreenPaletteDescriptor, TAGS.GreenPaletteData, TAGS.GreenPaletteSegments)
  const blue = channel(attributes, TAGS.BluePaletteDescriptor, TAGS.BluePaletteData, TAGS.BluePaletteSegments)
  const first = attributes.stored(TAGS.RedPaletteDescriptor, signed, 1)
  if (!red || !green || !blue || first === null) return null
  return red.length === green.length && red.length === blue.length ? { first, red, green, blue } : null
}

/** Descriptor: entries (0 means 65536), first value, bits per entry. Data of 8 bits may be packed two to a word. */
function channel(attributes: Attributes, descriptor: Tag, data: Tag, segments: Tag): Uint8Array | null {
  const entries = attributes.unsigned(descriptor, 0)
  const bits = attributes.unsigned(descriptor, 2)
  const bytes = attributes.bytes(data)
  if (entries === null || bits === null) return null
  const length = entries === 0 ? 65536 : entries
  if (!bytes) return segmented(attributes, segments, length, bits)
  const words = attributes.count(data, 2)
  if (words < length) return bytes.length >= length ? bytes.slice(0, length) : null
  const values = Array.from({ length }, (_, n) => attributes.unsigned(data, n) ?? 0)
  return inEightBits(values, bits)
}

/** Some writers declare 16 bits and use only the lower 8. */
function inEightBits(values: readonly number[], bits: number): Uint8Array {
  const shift = bits > 8 && values.some(value => value > 255) ? bits - 8 : 0
  return Uint8Array.from(values, value => value >> shift)
}

function segmented(attributes: Attributes, tag: Tag, length: number, bits: number): Uint8Array | null {
  const bytes = attributes.bytes(tag)
  if (!bytes) return null
  const words = bits > 8 ? attributes.count(tag, 2) : bytes.length
  const values = expandSegments(
    Array.from({ length: words }, (_, n) => (bits > 8 ? (attributes.unsigned(tag, n) ?? 0) : bytes[n]!)),
    length,
    bits > 8 ? 2 : 1,
  )
  return values && inEightBits(values, bits)
}
