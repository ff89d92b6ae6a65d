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
