// Who learns and who judges: by patient, never by slice, and the one exception that says its name (CASES T03, DESIGN §4).
import { SagittaError } from '#common/errors'
import type { TrainConfig } from '#common/ipc/training'
import { randomStream } from '#models/layers/random'
import { shuffled } from './shuffle'
import { completeSlices, missingLabels, refuseEmpty, type SliceSet, type Split, type SplitCase } from './sliceSets'
import { withinStudy } from './withinStudy'

/** Title of every figure of a within-study run. */
export const WITHIN_STUDY_CAVEAT = 'same scan, not generalisation'

/**
 * Deterministic in the seed. `labels` are the names of the class list, for notices.
 * @throws split-overlap when a patient would be on both sides; no-training-data when one side would be empty.
 */
export function splitCases(
  cases: readonly SplitCase[],
  labels: readonly string[],
  config: TrainConfig['split'],
): Split {
  const split = config.mode === 'within-study' ? withinStudy(cases, config) : byPatient(cases, config)
  refuseEmpty(split)
  return { ...split, notices: [...split.notices, ...missingLabels(split, cases, labels)] }
}

function byPatient(cases: readonly SplitCase[], config: TrainConfig['split']): Split {
  const { names, notices } = groupNames(cases)
  const validation = config.mode === 'given' ? givenValidation(cases) : drawnValidation(names, config)
  const isIn = (caseIndex: number): 'train' | 'validation' | null =>
    validation.has(caseIndex)
      ? 'validation'
      : cases[caseIndex]!.part === 'test' && config.mode === 'given'
        ? null
        : 'train'
  const sets = (part: 'train' | 'validation'): SliceSet[] =>
    cases.flatMap((one, caseIndex) => (isIn(caseIndex) === part ? [{ caseIndex, slices: completeSlices(one) }] : []))
  const split: Split = { mode: config.mode, train: sets('train'), validation: sets('validation'), notices }
  refuseOverlap(split, names)
  return split
}

/** The patient; where the file does not say, the study, then the series, then the case itself. */
function groupNames(cases: readonly SplitCase[]): { names: string[]; notices: string[] } {
  const unnamed = cases.filter(({ patient }) => patient === '')
  const names = cases.map(({ patient, study, series, id }) =>
    patient ? `patient ${patient}` : study ? `study ${study}` : series ? `series ${series}` : `case ${id}`,
  )
  const notices =
    unnamed.length === 0
      ? []
      : [
          `${unnamed.map(({ id }) => id).join(', ')}: no patient is named, so each study counts as a patient of its own. If two are of the same person, the validation is too good.`,
        ]
  return { names, notices }
}

function givenValidation(cases: readonly SplitCase[]): Set<number> {
  const unsaid = cases.filter(({ part }) => part === undefined)
  if (unsaid.length > 0)
    throw new SagittaError(
      'config-invalid',
      `The split is "given", but these cases name no part: ${unsaid.map(({ id }) => id).join(', ')}. Give each "train", "validation" or "test".`,
      { cases: unsaid.map(({ id }) => id) },
    )
  return new Set(cases.flatMap(({ part }, index) => (part === 'validation' ? [index] : [])))
}

function drawnValidation(names: readonly string[], config: TrainConfig['split']): Set<number> {
  const groups = shuffled([...new Set(names)].sort(), randomStream(config.seed, 'split'))
  if (groups.length < 2)
    throw new SagittaError(
      'no-training-data',
      `All cases are of one patient (${groups.join(', ')}), so none is left to judge by. Add a second patient, or choose the split "within-study", whose figures say "${WITHIN_STUDY_CAVEAT}".`,
      { patients: groups },
    )
  const chosen = new Set(
    config.mode === 'folds' ? fold(groups, config) : groups.slice(0, heldOut(groups.length, config)),
  )
  return new Set(names.flatMap((name, index) => (chosen.has(name) ? [index] : [])))
}

const heldOut = (groups: number, { validationFraction }: TrainConfig['split']): number =>
  Math.min(groups - 1, Math.max(1, Math.round(groups * validationFraction)))

function fold(groups: readonly string[], config: TrainConfig['split']): readonly string[] {
  const folds = config.folds ?? 5
  const index = config.fold ?? 0
  if (folds > groups.length || index >= folds)
    throw new SagittaError(
      'config-invalid',
      `Fold ${index} of ${folds} needs at least ${Math.max(folds, index + 1)} patients; there are ${groups.length}.`,
      { folds, fold: index, patients: groups.length },
    )
  return groups.filter((_, n) => n % folds === index)
}

function refuseOverlap(split: Split, names: readonly string[]): void {
  const training = new Set(split.train.map(({ caseIndex }) => names[caseIndex]))
  const both = [...new Set(split.validation.map(({ caseIndex }) => names[caseIndex]))].filter(name =>
    training.has(name),
  )
  if (both.length > 0)
    throw new SagittaError(
      'split-overlap',
      `The same patient would be in training and in validation: ${both.join(', ')}. Scores would be too good; put all of a patient's cases on one side.`,
      { patients: both },
    )
}
