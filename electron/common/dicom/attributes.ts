// Reading values out of a parsed dataset: by tag and by the kind of value the tag has in the standard's dictionary (PS3.6).
import type { DataSet } from 'dicom-parser'
import { characterSetTerms, decodeText, PERSON_NAME_DELIMITERS } from './characterSets'
import { parseDecimal, parseDecimals } from './decimals'

/** `x` and eight lower-case hexadecimal digits: group and element, as dicom-parser writes tags. */
export type Tag = `x${string}`

const SPECIFIC_CHARACTER_SET: Tag = 'x00080005'

/**
 * One dataset or sequence item. Absent, empty and unreadable values are null: callers never meet 0 for missing.
 * Values are read by the kind the caller asks for, so implicit VR and VR UN make no difference.
 */
export class Attributes {
  private readonly terms: readonly string[]

  /** @param inheritedTerms character set of the enclosing dataset, which an item without its own takes over (PS3.3 C.12.1.1.2) */
  constructor(
    readonly dataSet: DataSet,
    inheritedTerms: readonly string[] = [],
  ) {
    const own = this.ascii(SPECIFIC_CHARACTER_SET)
    this.terms = own === null ? inheritedTerms : characterSetTerms(own)
  }

  has(tag: Tag): boolean {
    return this.dataSet.elements[tag] !== undefined
  }

  /** Value bytes, a view; null when absent, empty, or cut off by the end of what was read. */
  bytes(tag: Tag): Uint8Array | null {
    const element = this.dataSet.elements[tag]
    if (!element || element.length <= 0) return null
    const end = element.dataOffset + element.length
    if (end > this.dataSet.byteArray.length) return null
    return this.dataSet.byteArray.subarray(element.dataOffset, end)
  }

  /** The whole value as text in the default repertoire (VR CS, UI, DA, TM, DS, IS, AE, AS), without padding. */
  ascii(tag: Tag): string | null {
    const bytes = this.bytes(tag)
    if (!bytes) return null
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return tidy(text)
  }

  /** Values of VR CS, UI and the like. */
  strings(tag: Tag): string[] {
    return (
      this.ascii(tag)
        ?.split('\\')
        .map(part => part.trim()) ?? []
    )
  }

  string(tag: Tag): string | null {
    return this.strings(tag)[0] || null
  }

  /** VR SH, LO, ST, LT, UT in the dataset's character set. */
  text(tag: Tag): string | null {
    const bytes = this.bytes(tag)
    return bytes && tidy(decodeText(bytes, this.terms))
  }

  /** VR PN, all groups: `family^given=…=…`. */
  personName(tag: Tag): string | null {
    const bytes = this.bytes(tag)
    return bytes && tidy(decodeText(bytes, this.terms, PERSON_NAME_DELIMITERS))
  }

  /** VR DS or IS, first value. */
  decimal(tag: Tag): number | null {
    const text = this.ascii(tag)
    return text === null ? null : parseDecimal(text.split('\\')[0]!)
  }

  decimals(tag: Tag): (number | null)[] {
    const text = this.ascii(tag)
    return text === null ? [] : parseDecimals(text)
  }

  /** Exactly `count` values of VR DS, or null when one is missing. */
  vector(tag: Tag, count: number): number[] | null {
    const values = this.decimals(tag)
    const numbers = values.filter(value => value !== null)
    return values.length === count && numbers.length === count ? numbers : null
  }

  /** VR US. */
  unsigned(tag: Tag, index = 0): number | null {
    return this.binary(tag, index, 2, () => this.dataSet.uint16(tag, index))
  }

  /** VR US or SS, by the PixelRepresentation of the image (PS3.5 6.2, VR "US or SS"). */
  stored(tag: Tag, signed: boolean, index = 0): number | null {
    return this.binary(tag, index, 2, () => (signed ? this.dataSet.int16(tag, index) : this.dataSet.uint16(tag, index)))
  }

  /** VR UL. */
  unsignedLong(tag: Tag, index = 0): number | null {
    return this.binary(tag, index, 4, () => this.dataSet.uint32(tag, index))
  }

  /** VR FD. */
  double(tag: Tag, index = 0): number | null {
    return this.binary(tag, index, 8, () => this.dataSet.double(tag, index))
  }

  /** VR FL. */
  float(tag: Tag, index = 0): number | null {
    return this.binary(tag, index, 4, () => this.dataSet.float(tag, index))
  }

  /** Number of values of a binary element whose values take `bytes` each. */
  count(tag: Tag, bytes: number): number {
    return Math.floor((this.bytes(tag)?.length ?? 0) / bytes)
  }

  sequence(tag: Tag): Attributes[] {
    const items = this.dataSet.elements[tag]?.items ?? []
    return items.flatMap(item => (item.dataSet ? [new Attributes(item.dataSet, this.terms)] : []))
  }

  /** First item of a sequence. */
  item(tag: Tag): Attributes | null {
    return this.sequence(tag)[0] ?? null
  }

  private binary(tag: Tag, index: number, bytes: number, read: () => number | undefined): number | null {
    const value = this.count(tag, bytes) > index ? read() : undefined
    return value !== undefined && Number.isFinite(value) ? value : null
  }
}

const tidy = (text: string): string => text.replace(/\0/g, ' ').trim()
