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
