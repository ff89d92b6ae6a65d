// Judging a network on whole slices: loss and Dice per label, on the network's grid, padding and uncompleted slices left out.
import type { Preprocessing } from '#common/ipc/training'
import { addCounts, countedMean, dice, NO_OVERLAP, overlapCounts, type OverlapCounts } from '#common/metrics/overlap'
import { crop, padInto } from '#common/preprocessing/padding'
import type { PlaneSize } from '#common/preprocessing/slicePlan'
import type { SegmentationPrograms } from '#models/programs/segmentation'
import { neighbourhood, neighbourStep } from '../datasets/neighbours'
import type { PreparedCase } from '../datasets/preparedCase'
import { likeliestClasses } from '../inference/likeliest'
import { Blend, cutWindow, tilingOf, type Tiling, type TilingOptions } from '../inference/tiles'
import type { ModelFacts } from '../modelFile/metadata'
import type { SessionOptions } from '../runtime/openSession'
import { ProgramSession } from '../runtime/programSession'
import type { StateTensors } from '../runtime/stateTensors'
import type { Validation } from './task'
import type { JudgedSlice } from './validationSlices'

export interface ValidatorOptions extends TilingOptions {
  readonly cases: readonly PreparedCase[]
  readonly slices: readonly JudgedSlice[]
  readonly programs: SegmentationPrograms
  readonly session: SessionOptions
  readonly padding: Preprocessing['padding']
  readonly neighbours: ModelFacts['network']['neighbours']
  /** Label values of classes 1..C-1. */
  readonly values: readonly number[]
  /** The kept tensor that stands for a parameter: itself, or its moving average. */
  readonly named: (name: string) => string
}

interface Judged {
  readonly loss: number
  readonly counts: readonly OverlapCounts[]
}

/** What judging slices of one size needs, made once: a session per call would cost more than the run (CASES E07). */
interface Bench {
  readonly tiling: Tiling
  readonly session: ProgramSession
  readonly channels: readonly Float32Array[]
  readonly target: Int32Array
  readonly weight: Float32Array
  readonly blend: Blend
  /** One window of all of these, as the program takes it. */
  readonly fed: Fed
}

export class SliceValidator {
  private readonly benches = new Map<string, Bench>()

  constructor(private readonly options: ValidatorOptions) {}

  async validate(state: StateTensors): Promise<Validation> {
    const { values, slices } = this.options
    let counts: readonly OverlapCounts[] = Array.from({ length: values.length + 1 }, () => NO_OVERLAP)
    let loss = 0
    for (const { caseIndex, slice } of slices) {
      const judged = await this.judge(this.options.cases[caseIndex]!, slice, state)
      loss += judged.loss
      counts = counts.map((sum, n) => addCounts(sum, judged.counts[n]!))
    }
    const perLabel = counts.slice(1).map(dice)
    return {
      loss: loss / slices.length,
      dice: Object.fromEntries(values.map((value, n) => [String(value), perLabel[n]!])),
      meanDice: countedMean(perLabel).mean,
      allBackground: counts.slice(1).every(({ both, onlyPrediction }) => both + onlyPrediction === 0),
    }
  }

  async release(): Promise<void> {
    for (const { session } of this.benches.values()) await session.release()
    this.benches.clear()
  }

  /** The loss of a slice in several windows is the mean of theirs. */
  private async judge(one: PreparedCase, slice: number, state: StateTensors): Promise<Judged> {
    const { network: size } = one
    const bench = await this.benchFor(size)
    const { tiling, session, blend, fed } = bench
    const truth = one.classes(slice)
    this.lay(one, slice, truth, bench)
    blend.clear()
    let loss = 0
    for (const place of tiling.places) {
      bench.channels.forEach((plane, n) => cutWindow(plane, tiling, place, fed.channels[n]!))
      cutWindow(bench.target, tiling, place, fed.target)
      cutWindow(bench.weight, tiling, place, fed.weight)
      const { image, target, weight } = fed
      const answer = await session.run({ image, target, weight }, state, this.options.named)
      loss += answer.loss![0]! / tiling.places.length
      blend.add(place, answer.probabilities!)
    }
    const predicted = likeliestClasses(blend.planes().map(plane => crop(plane, tiling.padded.columns, size)))
    return { loss, counts: overlapCounts(predicted, truth, blend.classes) }
  }

  /** The slice with its neighbours, its classes, and weight 1 inside it, 0 in the padding. */
  private lay(one: PreparedCase, slice: number, truth: Uint8Array, bench: Bench): void {
    const { neighbours, padding } = this.options
    const { network: size, header } = one
    const { padded } = bench.tiling
    const step = neighbourStep(neighbours.mm, header.spacingMm)
    neighbourhood(slice, { count: neighbours.count, step, slices: size.slices }).forEach((k, n) =>
      padInto(one.values(k), size, bench.channels[n]!, padded, padding),
    )
    bench.target.fill(0)
    bench.weight.fill(0)
    for (let row = 0; row < size.rows; row++) {
      const to = row * padded.columns
      bench.target.set(truth.subarray(row * size.columns, (row + 1) * size.columns), to)
      bench.weight.fill(1, to, to + size.columns)
    }
  }

  private async benchFor(size: PlaneSize): Promise<Bench> {
    const key = `${size.rows}x${size.columns}`
    const known = this.benches.get(key)
    if (known) return known
    const { neighbours, programs, values, session } = this.options
    const tiling = tilingOf(size, this.options)
    const { padded, window } = tiling
    const channels = 1 + 2 * neighbours.count
    const pixels = padded.columns * padded.rows
    const bench: Bench = {
      tiling,
      session: await ProgramSession.open(programs.evaluate(1, [window.rows, window.columns]), session),
      channels: Array.from({ length: channels }, () => new Float32Array(pixels)),
      target: new Int32Array(pixels),
      weight: new Float32Array(pixels),
      blend: new Blend(tiling, values.length + 1),
      fed: fedBy(channels, window.columns * window.rows),
    }
    this.benches.set(key, bench)
    return bench
  }
}

interface Fed {
  readonly image: Float32Array
  /** Parts of the image. */
  readonly channels: readonly Float32Array[]
  readonly target: Int32Array
  readonly weight: Float32Array
}

function fedBy(channels: number, pixels: number): Fed {
  const image = new Float32Array(channels * pixels)
  return {
    image,
    channels: Array.from({ length: channels }, (_, n) => image.subarray(n * pixels, (n + 1) * pixels)),
    target: new Int32Array(pixels),
    weight: new Float32Array(pixels),
  }
}
