// How many steps, and how large ones.
import type { TrainConfig } from '#common/ipc/training'
import type { Split } from '../datasets/sliceSets'
import { GIVEN, type Choice } from './choice'

/** Few slices are seen more often, each time turned and scaled otherwise: a network needs its thousand steps whatever it learns from. */
const FEWEST_STEPS = 50
const MOST_STEPS = 100

export function chooseSteps(split: Split, batch: number): Choice<number> {
  const slices = split.train.reduce((sum, set) => sum + set.slices.length, 0)
  const value = Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, Math.ceil(slices / batch)))
  return { value, reason: `${slices} slices to learn from, ${batch} patches at a time` }
}

/** What is given stands; the schedule's end follows from the epochs unless given. */
export function chooseOptimizer(
  { optimizer, epochs }: TrainConfig,
  stepsPerEpoch: number,
): Choice<Record<string, unknown>> {
  const totalSteps = epochs * stepsPerEpoch
  if ('kind' in optimizer) return { value: optimizer, reason: GIVEN }
  return {
    value: {
      kind: 'adamW',
      learningRate: 3e-3,
      clipNorm: 12,
      averageDecay: 0.98,
      schedule: { kind: 'polynomial', totalSteps, warmupSteps: Math.min(10, Math.floor(totalSteps / 10)) },
      ...optimizer,
    },
    reason: `falls to nothing over ${totalSteps} steps; judged and kept are the weights averaged over the last 50 or so`,
  }
}
