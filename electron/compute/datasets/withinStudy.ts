// The split inside one scan: contiguous blocks of slices with a gap between them. Its figures are titled "same scan, not generalisation".
import { randomStream } from '#models/layers/random'
import type { TrainConfig } from '#common/ipc/training'
import { shuffled } from './shuffle'
import { completeSlices, type Split, type SplitCase } from './sliceSets'

/** Share of the completed slices left out on each side of the held-out block: neighbours look alike. */
const GAP_SHARE = 0.05

/**
 * In every case one block of completed slices is held out. Of all places for the block those are kept at which training and
 * held-out slices both show the most labels; the seed chooses among them.
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
  const best = Math.max(...places.map(place => coverage(one, place)))
  const [chosen] = shuffled(
    places.filter(place => coverage(one, place) === best),
    randomStream(seed, `split/${one.id}`),
  )
  return chosen!
}

/** Labels seen on both sides. */
function coverage(one: SplitCase, { train, validation }: Parts): number {
  const seen = (slices: readonly number[], classIndex: number): boolean =>
    slices.some(slice => (one.counts[slice]?.[classIndex] ?? 0) > 0)
  const classes = one.counts[0]?.length ?? 0
  let both = 0
  for (let classIndex = 1; classIndex < classes; classIndex++)
    if (seen(train, classIndex) && seen(validation, classIndex)) both += 1
  return train.length === 0 ? -1 : both
}
