// Judging a network on whole slices: loss and Dice per label, on the network's grid, padding and uncompleted slices left out.
import type { Preprocessing } from '#common/ipc/training'
import { addCounts, countedMean, dice, NO_OVERLAP, overlapCounts, type OverlapCounts } from '#common/metrics/overlap'
import { crop, padInto, roundUp } from '#common/preprocessing/padding'
import type { SegmentationPrograms } from '#models/programs/segmentation'
import type { PreparedCase } from '../datasets/preparedCase'
import type { SessionOptions } from '../runtime/openSession'
import { ProgramSession } from '../runtime/programSession'
import type { StateTensors } from '../runtime/stateTensors'
import { likeliestClasses } from '../inference/likeliest'
import type { Validation } from './task'
import type { JudgedSlice } from './validationSlices'

export interface ValidatorOptions {
  readonly cases: readonly PreparedCase[]
  readonly slices: readonly JudgedSlice[]
  readonly programs: SegmentationPrograms
  readonly session: SessionOptions
  /** The network needs sizes that this divides. */
  readonly multiple: number
  readonly padding: Preprocessing['padding']
  /** Label values of classes 1..C-1. */
  readonly values: readonly number[]
  /** The kept tensor that stands for a parameter: itself, or its moving average. */
  readonly named: (name: string) => string
}

interface OpenSize {
  readonly session: ProgramSession
  readonly image: Float32Array
  readonly target: Int32Array
  readonly weight: Float32Array
}

export class SliceValidator {
  /** One session per padded size: sizes are few, and a session per call would cost more than the run (CASES E07). */
  private readonly open = new Map<string, OpenSize>()

  constructor(private readonly options: ValidatorOptions) {}

  async validate(state: StateTensors): Promise<Validation> {
    const classes = this.options.values.length + 1
    let counts: OverlapCounts[] = Array.from({ length: classes }, () => NO_OVERLAP)
    let loss = 0
    for (const { caseIndex, slice } of this.options.slices) {
      const judged = await this.judge(this.options.cases[caseIndex]!, slice, state)
      loss += judged.loss
      counts = counts.map((sum, n) => addCounts(sum, judged.counts[n]!))
    }
    const perLabel = counts.slice(1).map(dice)
    return {
      loss: loss / this.options.slices.length,
      dice: Object.fromEntries(this.options.values.map((value, n) => [String(value), perLabel[n]!])),
      meanDice: countedMean(perLabel).mean,
      allBackground: counts.slice(1).every(({ both, onlyPrediction }) => both + onlyPrediction === 0),
    }
  }

  async release(): Promise<void> {
    for (const { session } of this.open.values()) await session.release()
    this.open.clear()
  }

  private async judge(
    one: PreparedCase,
    slice: number,
    state: StateTensors,
  ): Promise<{ loss: number; counts: OverlapCounts[] }> {
    const { multiple, padding, named } = this.options
    const size = one.network
    const padded = { columns: roundUp(size.columns, multiple), rows: roundUp(size.rows, multiple) }
    const { session, image, target, weight } = await this.sized(padded)
    padInto(one.values(slice), size, image, padded, padding)
    const truth = one.classes(slice)
    target.fill(0)
    weight.fill(0)
    for (let row = 0; row < size.rows; row++) {
      const to = row * padded.columns
      for (let column = 0; column < size.columns; column++) target[to + column] = truth[row * size.columns + column]!
      weight.fill(1, to, to + size.columns)
    }
    const { loss, probabilities } = await session.run({ image, target, weight }, state, named)
    const pixels = padded.columns * padded.rows
    const planes = Array.from({ length: this.options.values.length + 1 }, (_, n) =>
      crop(probabilities!.subarray(n * pixels, (n + 1) * pixels), padded.columns, size),
    )
    return { loss: loss![0]!, counts: overlapCounts(likeliestClasses(planes), truth, planes.length) }
  }

  private async sized({ columns, rows }: { columns: number; rows: number }): Promise<OpenSize> {
    const key = `${rows}x${columns}`
    const known = this.open.get(key)
    if (known) return known
    const session = await ProgramSession.open(this.options.programs.evaluate(1, [rows, columns]), this.options.session)
    const pixels = rows * columns
    const opened = {
      session,
      image: new Float32Array(pixels),
      target: new Int32Array(pixels),
      weight: new Float32Array(pixels),
    }
    this.open.set(key, opened)
    return opened
  }
}
