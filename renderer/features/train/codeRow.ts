// A setting of what learns codes or classes as a row: value in words, why, and how it is changed.
import type { CodeChoice } from './codeChoice'

interface Option {
  readonly value: string
  readonly text: string
  readonly sub?: string
}

export type Editor =
  | {
      readonly kind: 'number'
      readonly min: number
      readonly max: number
      readonly whole?: boolean
      readonly unit?: string
    }
  | { readonly kind: 'choice'; readonly options: readonly Option[] }
  | { readonly kind: 'switch' }
  /** Whole numbers, separated by commas. */
  | { readonly kind: 'list' }

export interface CodeRow {
  readonly key: keyof CodeChoice
  readonly name: string
  readonly value: string
  readonly reason: string
  readonly editor: Editor
  /** Folded away until asked for. */
  readonly advanced: boolean
  readonly yours: boolean
}

/** A row before it is known where it stands and whether a person changed it. */
export type Told = readonly [key: keyof CodeChoice, name: string, value: string, reason: string, editor: Editor]
