// Siemens CSA headers (private group 0029): named values in a little file of their own, since before the standard had tags for them.
import type { Attributes, Tag } from './attributes'

const IMAGE_HEADER: Tag = 'x00291010'
const CREATOR: Tag = 'x00290010'
const NAME_BYTES = 64
const TAG_BYTES = 84
const ITEM_BYTES = 16

export type CsaValues = ReadonlyMap<string, readonly string[]>

/** The image header, or null when the dataset has none. Damaged ones give what could be read. */
export function csaImageHeader(attributes: Attributes): CsaValues | null {
  if (!attributes.string(CREATOR)?.startsWith('SIEMENS CSA HEADER')) return null
  const bytes = attributes.bytes(IMAGE_HEADER)
  return bytes && parseCsa(bytes)
}

/**
 * `SV10`, four bytes, number of tags, 77; then per tag: name, multiplicity, VR, syngo type, number of items, 77 or 205; then per item:
 * four lengths (the second one counts) and the text, padded to four bytes. The older form has no `SV10`.
 */
export function parseCsa(bytes: Uint8Array): CsaValues {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Map<string, string[]>()
  const isNewer = textAt(bytes, 0, 4) === 'SV10'
  let at = isNewer ? 8 : 0
  if (at + 8 > bytes.length) return values
  const tags = view.getUint32(at, true)
  at += 8
  for (let tag = 0; tag < tags && at + TAG_BYTES <= bytes.length; tag++) {
    const name = textAt(bytes, at, NAME_BYTES)
    const items = view.getInt32(at + 76, true)
    at += TAG_BYTES
    const texts: string[] = []
    for (let item = 0; item < items && at + ITEM_BYTES <= bytes.length; item++) {
      const length = view.getUint32(at + (isNewer ? 4 : 0), true)
      at += ITEM_BYTES
      if (at + length > bytes.length) return values
      const text = textAt(bytes, at, length).trim()
      if (text !== '') texts.push(text)
      at += Math.ceil(length / 4) * 4
    }
    values.set(name, texts)
  }
  return values
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (const byte of bytes.subarray(at, at + length)) {
    if (byte === 0) break
    text += String.fromCharCode(byte)
  }
  return text
}
