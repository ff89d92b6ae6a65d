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

/** Labels that one side never sees: they can't be learnt, or can't be judged. `names` in the class list's order; a sentence for each kind. */
export function missingLabels(split: Split, cases: readonly SplitCase[], names: readonly string[]): string[] {
  const sees = (sets: readonly SliceSet[], classIndex: number): boolean =>
    sets.some(({ caseIndex, slices }) => slices.some(slice => (cases[caseIndex]!.counts[slice]?.[classIndex] ?? 0) > 0))
  const seen = names.map((name, n) => ({
    name,
    trains: sees(split.train, n + 1),
    judges: sees(split.validation, n + 1),
  }))
  const say = (found: typeof seen, one: string, several: string): string[] => {
    const list = found.map(({ name }) => name)
    if (list.length === 0) return []
    return [list.length === 1 ? `${list[0]} ${one}` : `${list.slice(0, -1).join(', ')} and ${list.at(-1)} ${several}`]
  }
  return [
    ...say(
      seen.filter(({ trains, judges }) => !trains && !judges),
      'occurs in no completed slice.',
      'occur in no completed slice.',
    ),
    ...say(
      seen.filter(({ trains, judges }) => !trains && judges),
      'occurs only in validation: it cannot be learnt.',
      'occur only in validation: they cannot be learnt.',
    ),
    ...say(
      seen.filter(({ trains, judges }) => trains && !judges),
      'occurs only in training: its Dice cannot be told.',
      'occur only in training: their Dice cannot be told.',
    ),
  ]
}
