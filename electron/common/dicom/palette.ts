// PALETTE COLOR: stored values through three tables to red, green and blue (PS3.3 C.7.9).
import type { Attributes, Tag } from './attributes'
import { TAGS } from './tags'

export interface Palette {
  /** Stored value mapped to the first entry; values outside take the nearest end. */
  readonly first: number
  /** 8 bits each, of equal length. */
  readonly red: Uint8Array
  readonly green: Uint8Array
  readonly blue: Uint8Array
}

/** Null when the tables are missing, incomplete or segmented. */
export function paletteOf(attributes: Attributes, signed: boolean): Palette | null {
  const red = channel(attributes, TAGS.RedPaletteDescriptor, TAGS.RedPaletteData)
  const green = channel(attributes, TAGS.GreenPaletteDescriptor, TAGS.GreenPaletteData)
  const blue = channel(attributes, TAGS.BluePaletteDescriptor, TAGS.BluePaletteData)
  const first = attributes.stored(TAGS.RedPaletteDescriptor, signed, 1)
  if (!red || !green || !blue || first === null) return null
  return red.length === green.length && red.length === blue.length ? { first, red, green, blue } : null
}

/** Descriptor: entries (0 means 65536), first value, bits per entry. Data of 8 bits may be packed two to a word. */
function channel(attributes: Attributes, descriptor: Tag, data: Tag): Uint8Array | null {
  const entries = attributes.unsigned(descriptor, 0)
  const bits = attributes.unsigned(descriptor, 2)
  const bytes = attributes.bytes(data)
  if (entries === null || bits === null || !bytes) return null
  const length = entries === 0 ? 65536 : entries
  const words = attributes.count(data, 2)
  if (words < length) return bytes.length >= length ? bytes.slice(0, length) : null
  const values = Array.from({ length }, (_, n) => attributes.unsigned(data, n) ?? 0)
  // Some writers declare 16 bits and use only the lower 8.
  const shift = bits > 8 && values.some(value => value > 255) ? bits - 8 : 0
  return Uint8Array.from(values, value => value >> shift)
}
