// How far a run is: what it has measured, which epoch was best, and how long it will still take.
import type { MetricsRow } from '#common/ipc/training'
import type { Outputs } from '../runtime/programSession'
import type { Progress } from './checkpoint'
import type { Validation } from './task'

export const START: Progress = {
  step: 0,
  seconds: 0,
  sums: {},
  best: null,
  sinceBest: 0,
  allBackground: 0,
  collapsed: 0,
}

/** Scalars of a step that are means over an epoch in its row; the learning rate is not one of them. */
const REPORTED = (name: string): boolean => name !== 'learningRate'

/** The sums after one more step. */
export function addStep(progress: Progress, outputs: Outputs): Progress {
  const sums = Object.fromEntries(
    Object.entries(outputs)
      .filter(([name, values]) => REPORTED(name) && values.length === 1)
      .map(([name, values]) => [name, (progress.sums[name] ?? 0) + values[0]!]),
  )
  return { ...progress, step: progress.step + 1, sums }
}

/** Means over the steps of an epoch. */
export const meansOf = (sums: Progress['sums'], steps: number): { loss: number } & Record<string, number> => ({
  loss: 0,
  ...Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / steps])),
})

/** Higher mean Dice wins; equal ones are decided by the lower loss; a Dice that cannot be told is below every other. */
export function isBetter(row: MetricsRow, best: Progress['best']): boolean {
  if (!best) return true
  const [mine, other] = [row.meanDice ?? -1, best.metrics.meanDice ?? -1]
  return mine > other || (mine === other && row.validation.loss < best.metrics.validation.loss)
}

/** The progress after an epoch was judged. */
export function afterEpoch(progress: Progress, row: MetricsRow, validation: Validation): Progress {
  const better = isBetter(row, progress.best)
  return {
    ...progress,
    sums: {},
    best: better ? { epoch: row.epoch, metrics: row } : progress.best,
    sinceBest: better ? 0 : progress.sinceBest + 1,
    allBackground: validation.allBackground ? progress.allBackground + 1 : 0,
    collapsed: validation.collapsed ? progress.collapsed + 1 : 0,
  }
}

/** Time left from what the last steps and validations took. */
export class Pace {
  private stepMs: number | null = null
  private validationMs: number | null = null

  constructor(
    private readonly totalSteps: number,
    private readonly stepsPerEpoch: number,
  ) {}

  step(ms: number): void {
    this.stepMs = smoothed(this.stepMs, ms)
  }

  validation(ms: number): void {
    this.validationMs = smoothed(this.validationMs, ms)
  }

  /** null until a first step was timed. */
  secondsLeft(step: number): number | null {
    if (this.stepMs === null) return null
    const steps = this.totalSteps - step
    const validations = Math.ceil(steps / this.stepsPerEpoch)
    return (steps * this.stepMs + validations * (this.validationMs ?? 0)) / 1000
  }
}

const smoothed = (before: number | null, now: number): number => (before === null ? now : 0.9 * before + 0.1 * now)
