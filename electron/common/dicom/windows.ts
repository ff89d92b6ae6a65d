// Window centre and width into presets, with everything real files write there (PS3.3 C.11.2).
import type { VoiLut, WindowLevel } from '../ipc/volume'
import type { Attributes } from './attributes'
import { lookupTable } from './image'
import { TAGS } from './tags'

/**
 * The presets of one dataset or Frame VOI LUT item, in stored order: the first is the default. Pairs that are empty, not finite or
 * not wide are left out, so that an empty list means "use the data range". Centre 0 is a value like any other; a width below 1 is kept
 * (images of small real values have them; see `grey`).
 */
export function windowsOf(attributes: Attributes): WindowLevel[] {
  const centers = attributes.decimals(TAGS.WindowCenter)
  const widths = attributes.decimals(TAGS.WindowWidth)
  const labels = attributes.text(TAGS.WindowCenterWidthExplanation)?.split('\\') ?? []
  return centers.flatMap((center, index) => {
    const width = widths[index] ?? null
    if (center === null || width === null || width <= 0) return []
    return [{ center, width, label: labels[index]?.trim() ?? '' }]
  })
}

/**
 * The first usable item of VOI LUT Sequence.
 * @param signed whether its first value is: the LUT takes values after the modality LUT, which may be negative
 */
export function voiLutOf(attributes: Attributes, signed: boolean): VoiLut | null {
  for (const item of attributes.sequence(TAGS.VOILUTSequence)) {
    const table = lookupTable(item, signed)
    if (table) return { first: table.first, bits: table.bits, levels: [...table.values], label: table.explanation }
  }
  return null
}

/** Grey level 0..1 of a real value by an explicit LUT; values outside take the nearest end. */
export function greyByLut(value: number, { first, bits, levels }: VoiLut): number {
  const index = Math.min(Math.max(Math.round(value) - first, 0), levels.length - 1)
  return levels[index]! / (2 ** bits - 1)
}

/**
 * Grey level 0..1 of a real value. Width of at least 1: the linear function of PS3.3 C.11.2.1.2.1, whose half-unit offsets only make
 * sense for integers. Below 1: LINEAR_EXACT of C.11.2.1.3.2.
 */
export function grey(value: number, { center, width }: Pick<WindowLevel, 'center' | 'width'>): number {
  if (width === 1) return value <= center - 0.5 ? 0 : 1
  const shade = width > 1 ? (value - (center - 0.5)) / (width - 1) + 0.5 : (value - center) / width + 0.5
  return Math.min(1, Math.max(0, shade))
}

/** The window that just shows a range of values; null for an image without values. */
export function windowOfRange(range: readonly [number, number] | null): WindowLevel | null {
  if (!range) return null
  const [low, high] = range
  return { center: (low + high) / 2, width: high > low ? high - low : 1, label: 'data range' }
}
