// What a split is made of: slices per case that teach or judge, and the checks every split has to pass.
import { SagittaError } from '#common/errors'
import type { TrainConfig } from '#common/ipc/training'

/** What a split needs to know of a case. */
export interface SplitCase {
  readonly id: string
  readonly patient: string
  readonly study?: string | undefined
  readonly series?: string | undefined
  readonly part?: 'train' | 'validation' | 'test' | undefined
  /** Slices that may teach or judge: complete ones. */
  readonly complete: readonly boolean[]
  /** Pixels per slice and class, background first. */
  readonly counts: readonly (readonly number[])[]
}

/** Slices of one case that play one part. */
export interface SliceSet {
  /** Index into the cases. */
  readonly caseIndex: number
  readonly slices: readonly number[]
}

export interface Split {
  readonly mode: TrainConfig['split']['mode']
  readonly train: readonly SliceSet[]
  readonly validation: readonly SliceSet[]
  readonly notices: readonly string[]
}

export const completeSlices = ({ complete }: SplitCase): number[] =>
  complete.flatMap((isComplete, slice) => (isComplete ? [slice] : []))

export function refuseEmpty(split: Split): void {
  for (const part of ['train', 'validation'] as const)
    if (split[part].every(({ slices }) => slices.length === 0))
      throw new SagittaError(
        'no-training-data',
        `No completed slice is left for ${part === 'train' ? 'training' : 'validation'}. Mark more slices complete, or change the split.`,
        { part },
      )
}

/** Labels that one side never sees: they can't be learnt, or can't be judged. `names` in the class list's order. */
export function missingLabels(split: Split, cases: readonly SplitCase[], names: readonly string[]): string[] {
  const sees = (sets: readonly SliceSet[], classIndex: number): boolean =>
    sets.some(({ caseIndex, slices }) => slices.some(slice => (cases[caseIndex]!.counts[slice]?.[classIndex] ?? 0) > 0))
  return names.flatMap((name, n) => {
    const trains = sees(split.train, n + 1)
    const judges = sees(split.validation, n + 1)
    if (!trains && !judges) return [`${name} occurs in no completed slice.`]
    if (!trains) return [`${name} occurs only in validation: it cannot be learnt.`]
    return judges ? [] : [`${name} occurs only in training: its Dice cannot be told.`]
  })
}
