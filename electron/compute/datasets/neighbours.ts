// The slices a 2-D network sees together: the one it answers for, and its neighbours as further channels.

export interface Neighbourhood {
  /** Neighbours on each side. */
  readonly count: number
  /** Slices from one to the next. */
  readonly step: number
  /** Of the volume. */
  readonly slices: number
}

/** Slices between neighbours that lie `mm` apart, at least one. Without spacing the next slices are the neighbours. */
export const neighbourStep = (mm: number | null, spacingMm: readonly number[] | null): number =>
  mm === null || !spacingMm ? 1 : Math.max(1, Math.round(mm / spacingMm[2]!))

/**
 * Slice indices in channel order, the middle one being `slice`; beyond the ends the last slice is repeated.
 * @param reversed from the other side: training shows both, so that it does not matter which way slices are counted.
 */
export function neighbourhood(slice: number, { count, step, slices }: Neighbourhood, reversed = false): number[] {
  const around = Array.from({ length: 1 + 2 * count }, (_, n) =>
    Math.min(slices - 1, Math.max(0, slice + step * (n - count))),
  )
  return reversed ? around.reverse() : around
}
