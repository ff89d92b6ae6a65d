// Pixel padding: stored values that are no measurement (PS3.3 C.7.5.1.1.2), left out of statistics and windows.

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
