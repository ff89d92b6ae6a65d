// How far a run is: what it has measured, which epoch was best, and how long it will still take.
import type { MetricsRow } from '#common/ipc/training'
import { isBetter } from '#common/metrics/keptRow'
import type { Program } from '#models/programs/types'
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

/** Sums of gradient norms lie beside the others under this and the parameter's name. */
const NORM = 'norm.'

/**
 * The sums after one more step.
 * @param trained names of the trained parameters, in the order of the output `gradientNorms`
 */
export function addStep(progress: Progress, outputs: Outputs, trained: readonly string[]): Progress {
  const scalars = Object.entries(outputs).flatMap(([name, values]): [string, number][] => {
    if (name === 'gradientNorms') return trained.map((parameter, n) => [NORM + parameter, values[n] ?? 0])
    return REPORTED(name) && values.length === 1 ? [[name, values[0]!]] : []
  })
  const sums = Object.fromEntries(scalars.map(([name, value]) => [name, (progress.sums[name] ?? 0) + value]))
  return { ...progress, step: progress.step + 1, sums }
}

/** Names of what a training program trains, in the order of its `gradientNorms`. */
export const trainedNames = ({ state }: Program): string[] =>
  state.filter(({ role, next }) => role === 'parameter' && next !== null).map(({ name }) => name)

/** Means over the steps of an epoch, gradient norms apart. */
export function meansOf(sums: Progress['sums'], steps: number): Pick<MetricsRow, 'train' | 'gradientNorms'> {
  const means = Object.entries(sums).map(([name, sum]): [string, number] => [name, sum / steps])
  const norms = means.filter(([name]) => name.startsWith(NORM))
  return {
    train: { loss: 0, ...Object.fromEntries(means.filter(([name]) => !name.startsWith(NORM))) },
    ...(norms.length > 0
      ? { gradientNorms: Object.fromEntries(norms.map(([name, mean]) => [name.slice(NORM.length), mean])) }
      : {}),
  }
}

/** The progress after an epoch was judged. */
export function afterEpoch(progress: Progress, row: MetricsRow, validation: Validation): Progress {
  const better = isBetter(row, progress.best?.metrics ?? null)
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
