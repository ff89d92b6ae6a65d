// One chosen setting with the sentence that says why.

export interface Choice<T> {
  readonly value: T
  readonly reason: string
}

/** What the app shows before a run starts. */
export interface Setting {
  readonly key: string
  readonly value: string
  readonly reason: string
}

export const GIVEN = 'as given'

/** What was given stands; the rest is chosen. */
export const given = <T>(value: T | undefined | null, choose: () => Choice<T>): Choice<T> =>
  value === undefined || value === null ? choose() : { value, reason: GIVEN }

/** The middle value; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
