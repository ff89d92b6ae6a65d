// Class probabilities of prepared slices: whole slices in batches, or overlapping windows where a slice is too large.
import type { Preprocessing } from '#common/ipc/training'
import { crop, padInto, roundUp } from '#common/preprocessing/padding'
import type { PlaneSize } from '#common/preprocessing/slicePlan'
import type { Network } from './network'
import { windowStarts, windowWeights } from './tiles'

export interface PredictorOptions {
  readonly network: Network
  /** Sizes the network takes are multiples of this. */
  readonly multiple: number
  readonly padding: Preprocessing['padding']
  /** Pixels of one run at most: bounds memory, and the time until a cancel is heard. */
  readonly pixelsPerRun?: number
}

/** 16 channels of float32 at full resolution are then 64 MB. */
const PIXELS_PER_RUN = 1024 * 1024
/** More slices in a run gain nothing on a CPU. */
const SLICES_PER_RUN = 4

export class SlicePredictor {
  private readonly window: PlaneSize
  private readonly weights: Float32Array | null
  /** Slices per run. */
  readonly batch: number

  constructor(
    private readonly options: PredictorOptions,
    /** Of every slice. */
    private readonly size: PlaneSize,
  ) {
    const { multiple, pixelsPerRun = PIXELS_PER_RUN } = options
    const padded = { columns: roundUp(size.columns, multiple), rows: roundUp(size.rows, multiple) }
    const fits = padded.columns * padded.rows <= pixelsPerRun
    const side = Math.max(multiple, Math.floor(Math.sqrt(pixelsPerRun) / multiple) * multiple)
    this.window = fits ? padded : { columns: Math.min(padded.columns, side), rows: Math.min(padded.rows, side) }
    this.weights = fits ? null : windowWeights(this.window.columns, this.window.rows)
    this.batch = fits
      ? Math.max(1, Math.min(SLICES_PER_RUN, Math.floor(pixelsPerRun / (padded.columns * padded.rows))))
      : 1
  }

  /**
   * @param slices at most `batch` of them.
   * @returns per slice one array per class, of the slice's size.
   */
  predict(slices: readonly Float32Array[]): Promise<Float32Array[][]> {
    return this.weights ? this.windowed(slices[0]!, this.weights) : this.whole(slices)
  }

  /** The last batch is filled up with zeros: every run has the same shape (CASES E07). */
  private async whole(slices: readonly Float32Array[]): Promise<Float32Array[][]> {
    const { columns, rows } = this.window
    const pixels = columns * rows
    const images = new Float32Array(this.batch * pixels)
    slices.forEach((values, n) =>
      padInto(values, this.size, images.subarray(n * pixels, (n + 1) * pixels), this.window, this.options.padding),
    )
    const { network } = this.options
    const probabilities = await network.probabilities(images, this.batch, rows, columns)
    return slices.map((_, n) =>
      Array.from({ length: network.classes }, (__, c) => {
        const start = (n * network.classes + c) * pixels
        return crop(probabilities.subarray(start, start + pixels), columns, this.size)
      }),
    )
  }

  private async windowed(values: Float32Array, weights: Float32Array): Promise<Float32Array[][]> {
    const { multiple, network, padding } = this.options
    const padded = { columns: roundUp(this.size.columns, multiple), rows: roundUp(this.size.rows, multiple) }
    const image = new Float32Array(padded.columns * padded.rows)
    padInto(values, this.size, image, padded, padding)
    const sums = Array.from({ length: network.classes }, () => new Float32Array(image.length))
    const total = new Float32Array(image.length)
    const { columns, rows } = this.window
    const cut = new Float32Array(columns * rows)
    for (const top of windowStarts(padded.rows, rows))
      for (const left of windowStarts(padded.columns, columns)) {
        for (let row = 0; row < rows; row++) {
          const from = (top + row) * padded.columns + left
          cut.set(image.subarray(from, from + columns), row * columns)
        }
        const probabilities = await network.probabilities(cut, 1, rows, columns)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++) {
            const at = row * columns + column
            const to = (top + row) * padded.columns + left + column
            total[to]! += weights[at]!
            for (let c = 0; c < sums.length; c++) sums[c]![to]! += weights[at]! * probabilities[c * cut.length + at]!
          }
      }
    for (const sum of sums) for (let n = 0; n < sum.length; n++) sum[n]! /= total[n]!
    return [sums.map(sum => crop(sum, padded.columns, this.size))]
  }
}
