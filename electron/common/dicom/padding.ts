// Pixel padding: stored values that are no measurement (PS3.3 C.7.5.1.1.2), left out of statistics and windows.
import { rescaled, type Rescale } from './rescale'

/** Inclusive range in stored units, before rescale. */
export interface Padding {
  readonly first: number
  readonly last: number
}

/** PixelPaddingValue (0028,0120) and its optional other end, PixelPaddingRangeLimit (0028,0121), in either order. */
export function paddingOf(value: number | null, limit: number | null): Padding | null {
  if (value === null) return null
  const other = limit ?? value
  return { first: Math.min(value, other), last: Math.max(value, other) }
}

export const isPadding = (stored: number, padding: Padding | null): boolean =>
  padding !== null && stored >= padding.first && stored <= padding.last

/** The same range in real values; null where a table maps it, or where nothing is padded. */
export function paddingAfter(padding: Padding | null, rescale: Rescale): readonly [low: number, high: number] | null {
  if (!padding || rescale.kind !== 'linear') return null
  const [a, b] = [rescaled(padding.first, rescale), rescaled(padding.last, rescale)]
  return a <= b ? [a, b] : [b, a]
}
