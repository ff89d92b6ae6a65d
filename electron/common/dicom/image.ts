// The image of one instance: pixel layout, LUTs and padding, checked for sense before anything is allocated.
import type { Attributes, Tag } from './attributes'
import { paddingOf, type Padding } from './padding'
import { DOUBLE_PIXEL_DATA, FLOAT_PIXEL_DATA } from './parse'
import type { PixelLayout } from './pixelLayout'
import { IDENTITY, type Rescale } from './rescale'
import { TAGS } from './tags'

/** Either a usable layout or why there is none. */
export type LayoutResult = { readonly layout: PixelLayout } | { readonly problem: string }

const ALLOCATED = [1, 8, 16, 32, 64] as const

/** The Image Pixel module. `tag` is the element that holds the pixels. */
export function pixelLayoutOf(attributes: Attributes, tag: Tag): LayoutResult {
  const rows = attributes.unsigned(TAGS.Rows)
  const columns = attributes.unsigned(TAGS.Columns)
  if (!rows || !columns) return { problem: 'Rows or Columns are missing' }
  const kind = tag === FLOAT_PIXEL_DATA ? 'float32' : tag === DOUBLE_PIXEL_DATA ? 'float64' : 'integer'
  const declared = attributes.unsigned(TAGS.BitsAllocated)
  const fallback = kind === 'float32' ? 32 : kind === 'float64' ? 64 : null
  const bitsAllocated = ALLOCATED.find(bits => bits === (declared ?? fallback))
  if (!bitsAllocated) return { problem: `BitsAllocated ${declared ?? 'is missing'} cannot be read` }
  if (bitsAllocated === 64 && kind !== 'float64') return { problem: 'integers of 64 bits cannot be read' }
  const bitsStored = kind === 'integer' ? (attributes.unsigned(TAGS.BitsStored) ?? bitsAllocated) : bitsAllocated
  if (bitsStored < 1 || bitsStored > bitsAllocated)
    return { problem: `BitsStored ${bitsStored} of ${bitsAllocated} allocated` }
  const highBit = kind === 'integer' ? (attributes.unsigned(TAGS.HighBit) ?? bitsStored - 1) : bitsAllocated - 1
  const samples = attributes.unsigned(TAGS.SamplesPerPixel) ?? 1
  if (samples !== 1 && samples !== 3 && samples !== 4) return { problem: `SamplesPerPixel ${samples} cannot be read` }
  return {
    layout: {
      ...{ rows, columns, samples, bitsAllocated, bitsStored, kind },
      photometric: attributes.string(TAGS.PhotometricInterpretation) ?? (samples === 1 ? 'MONOCHROME2' : 'RGB'),
      planar: attributes.unsigned(TAGS.PlanarConfiguration) === 1 ? 1 : 0,
      // A HighBit that does not fit is a known slip of writers; the usual one is meant.
      highBit: highBit >= bitsStored - 1 && highBit < bitsAllocated ? highBit : bitsStored - 1,
      signed: attributes.unsigned(TAGS.PixelRepresentation) === 1,
      frames: Math.max(1, Math.trunc(attributes.decimal(TAGS.NumberOfFrames) ?? 1)),
    },
  }
}

/** PixelPaddingValue and its range limit, in stored units. */
export function paddingOfImage(attributes: Attributes, signed: boolean): Padding | null {
  return paddingOf(
    attributes.stored(TAGS.PixelPaddingValue, signed),
    attributes.stored(TAGS.PixelPaddingRangeLimit, signed),
  )
}

/**
 * Rescale of a dataset or Pixel Value Transformation item: the table of a Modality LUT Sequence where there is one, else slope and
 * intercept, else the scaling of a dose grid (PS3.3 C.8.8.3.3). A slope of 0 would wipe out the image and is taken for missing. Null
 * when none is given.
 */
export function rescaleOf(attributes: Attributes, signed: boolean): Rescale | null {
  const table = attributes.item(TAGS.ModalityLUTSequence)
  const lut = table && lookupTable(table, signed)
  if (lut) return { kind: 'table', firstStored: lut.first, values: lut.values }
  const slope = attributes.decimal(TAGS.RescaleSlope)
  const intercept = attributes.decimal(TAGS.RescaleIntercept)
  const dose = attributes.decimal(TAGS.DoseGridScaling)
  if (slope === null && intercept === null) return dose ? { kind: 'linear', slope: dose, intercept: 0 } : null
  return { kind: 'linear', slope: slope || IDENTITY.slope, intercept: intercept ?? IDENTITY.intercept }
}

export interface LookupTable {
  /** Stored value mapped to `values[0]`. */
  readonly first: number
  readonly values: readonly number[]
  readonly bits: number
  readonly explanation: string
}

/** A LUT item: descriptor (entries, first value mapped, bits) and data (PS3.3 C.11.1.1). 0 entries mean 65536. */
export function lookupTable(item: Attributes, signed: boolean): LookupTable | null {
  const entries = item.stored(TAGS.LUTDescriptor, false, 0)
  const first = item.stored(TAGS.LUTDescriptor, signed, 1)
  const bits = item.stored(TAGS.LUTDescriptor, false, 2)
  if (entries === null || first === null || bits === null) return null
  const length = entries === 0 ? 65536 : entries
  // 8-bit data may be packed two to a word: then there are half as many words as entries.
  const bytes = item.bytes(TAGS.LUTData)
  if (!bytes) return null
  const packed = item.count(TAGS.LUTData, 2) < length && bytes.length >= length
  const values = Array.from({ length }, (_, index) =>
    packed ? bytes[index]! : item.stored(TAGS.LUTData, false, index),
  )
  const known = values.filter(value => value !== null)
  return known.length === length
    ? { first, values: known, bits, explanation: item.text(TAGS.LUTExplanation) ?? '' }
    : null
}

/**
 * Unit of the values after rescale: RescaleType of the dataset or Pixel Value Transformation item, PET Units of the top level, or HU
 * where the modality says so (CT, PS3.3 C.8.2.1.1.6). Empty when unknown or unspecified (`US`).
 */
export function unitOf(transformation: Attributes, top: Attributes, rescale: Rescale | null): string {
  const type =
    transformation.string(TAGS.RescaleType) ??
    transformation.item(TAGS.ModalityLUTSequence)?.string(TAGS.ModalityLUTType)
  if (type && type !== 'US') return type
  return (
    top.string(TAGS.Units) ?? top.string(TAGS.DoseUnits) ?? (top.string(TAGS.Modality) === 'CT' && rescale ? 'HU' : '')
  )
}
