// Stored value to real value: the Modality LUT (PS3.3 C.11.1), linear or by table, and what unit comes out.

export interface LinearRescale {
  readonly kind: 'linear'
  readonly slope: number
  readonly intercept: number
}

/** Modality LUT Sequence: `values[stored - firstStored]`, the ends repeated outside (PS3.3 C.11.1.1). */
export interface TableRescale {
  readonly kind: 'table'
  readonly firstStored: number
  readonly values: readonly number[]
}

export type Rescale = LinearRescale | TableRescale

export const IDENTITY: LinearRescale = { kind: 'linear', slope: 1, intercept: 0 }

export const isIdentity = (rescale: Rescale): boolean =>
  rescale.kind === 'linear' && rescale.slope === 1 && rescale.intercept === 0

/** The real value of one stored value. */
export function rescaled(stored: number, rescale: Rescale): number {
  if (rescale.kind === 'linear') return stored * rescale.slope + rescale.intercept
  const index = Math.min(Math.max(stored - rescale.firstStored, 0), rescale.values.length - 1)
  return rescale.values[index]!
}

/** Whether every stored integer becomes an integer again. */
export const keepsIntegers = (rescale: Rescale): boolean =>
  rescale.kind === 'table' || (Number.isInteger(rescale.slope) && Number.isInteger(rescale.intercept))

/** Smallest and largest real value that stored values from `low` to `high` can take. */
export function rescaledRange(low: number, high: number, rescale: Rescale): readonly [number, number] {
  if (rescale.kind === 'table') return extent(rescale.values)
  const a = rescaled(low, rescale)
  const b = rescaled(high, rescale)
  return a <= b ? [a, b] : [b, a]
}

function extent(values: readonly number[]): readonly [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}
