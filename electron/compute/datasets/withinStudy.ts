// The split inside one scan: contiguous blocks of slices with a gap between them. Its figures are titled "same scan, not generalisation".
import { randomStream } from '#models/layers/random'
import type { TrainConfig } from '#common/ipc/training'
import { shuffled } from './shuffle'
import { completeSlices, type Split, type SplitCase } from './sliceSets'

/** Share of the completed slices left out on each side of the held-out block: neighbours look alike. */
const GAP_SHARE = 0.02
/** Scores this close are equal: a tenth of one label. */
const EQUAL = 0.1

/**
 * In every case one block of completed slices is held out. Of all places for the block one is taken that shows every label about as
 * much as its share of the slices would: a block at the tips of organs judges nothing. The seed decides among equals.
 */
export function withinStudy(cases: readonly SplitCase[], config: TrainConfig['split']): Split {
  const parts = cases.map((one, caseIndex) => ({ caseIndex, ...holdOut(one, config) }))
  return {
    mode: 'within-study',
    train: parts.map(({ caseIndex, train }) => ({ caseIndex, slices: train })),
    validation: parts.map(({ caseIndex, validation }) => ({ caseIndex, slices: validation })),
    notices: [],
  }
}

interface Parts {
  readonly train: readonly number[]
  readonly validation: readonly number[]
}

function holdOut(one: SplitCase, { validationFraction, seed }: TrainConfig['split']): Parts {
  const slices = completeSlices(one)
  const block = Math.max(1, Math.round(slices.length * validationFraction))
  const gap = Math.max(1, Math.round(slices.length * GAP_SHARE))
  const starts = Array.from({ length: Math.max(1, slices.length - block + 1) }, (_, n) => n)
  const places = starts.map(start => ({
    train: slices.filter((_, n) => n < start - gap || n >= start + block + gap),
    validation: slices.slice(start, start + block),
  }))
  const scored = places.map(place => ({ place, score: balance(one, place, block / slices.length) }))
  const best = Math.max(...scored.map(({ score }) => score))
  const [chosen] = shuffled(
    scored.filter(({ score }) => score >= best - EQUAL),
    randomStream(seed, `split/${one.id}`),
  )
  return chosen!.place
}

/** Sum over labels of the held-out share of their voxels, up to `share` each, in units of `share`; labels that one side lacks give 0. */
function balance(one: SplitCase, { train, validation }: Parts, share: number): number {
  if (train.length === 0) return -1
  const voxels = (slices: readonly number[], classIndex: number): number =>
    slices.reduce((sum, slice) => sum + (one.counts[slice]?.[classIndex] ?? 0), 0)
  const classes = one.counts[0]?.length ?? 0
  let score = 0
  for (let classIndex = 1; classIndex < classes; classIndex++) {
    const [learnt, judged] = [voxels(train, classIndex), voxels(validation, classIndex)]
    if (learnt > 0 && judged > 0) score += Math.min(1, judged / (learnt + judged) / share)
  }
  return score
}
