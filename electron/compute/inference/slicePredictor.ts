// Class probabilities of prepared slices: whole slices in batches, or overlapping windows where a slice is too large.
import type { Preprocessing } from '#common/ipc/training'
import { crop, padInto } from '#common/preprocessing/padding'
import type { PlaneSize } from '#common/preprocessing/slicePlan'
import type { Network } from './network'
import { Blend, cutWindow, tilingOf, type Tiling, type TilingOptions } from './tiles'

export interface PredictorOptions extends TilingOptions {
  readonly network: Network
  readonly padding: Preprocessing['padding']
}

/** Pixels of one run: more slices at once gain nothing on a CPU, and a cancel waits for the end of a run. */
const PIXELS_PER_RUN = 4 * 256 * 256

export class SlicePredictor {
  private readonly tiling: Tiling
  /** Slices per run. */
  readonly batch: number

  constructor(
    private readonly options: PredictorOptions,
    /** Of every slice. */
    private readonly size: PlaneSize,
  ) {
    this.tiling = tilingOf(size, options)
    const { padded, places } = this.tiling
    this.batch =
      places.length > 1 ? 1 : Math.min(4, Math.max(1, Math.floor(PIXELS_PER_RUN / (padded.columns * padded.rows))))
  }

  /**
   * @param slices at most `batch` of them, each with its channels.
   * @returns per slice one array per class, of the slice's size.
   */
  async predict(slices: readonly (readonly Float32Array[])[]): Promise<Float32Array[][]> {
    return this.tiling.places.length === 1 ? this.whole(slices) : [await this.windowed(slices[0]!)]
  }

  /** The last batch is filled up with zeros: every run has the same shape (CASES E07). */
  private async whole(slices: readonly (readonly Float32Array[])[]): Promise<Float32Array[][]> {
    const { padded } = this.tiling
    const pixels = padded.columns * padded.rows
    const images = new Float32Array(this.batch * slices[0]!.length * pixels)
    slices.flat().forEach((values, n) => this.pad(values, images.subarray(n * pixels, (n + 1) * pixels)))
    const { network } = this.options
    const probabilities = await network.probabilities(images, this.batch, padded.rows, padded.columns)
    return slices.map((_, n) =>
      Array.from({ length: network.classes }, (__, c) => {
        const start = (n * network.classes + c) * pixels
        return crop(probabilities.subarray(start, start + pixels), padded.columns, this.size)
      }),
    )
  }

  private async windowed(channels: readonly Float32Array[]): Promise<Float32Array[]> {
    const { padded, window, places } = this.tiling
    const { network } = this.options
    const planes = channels.map(values => this.pad(values, new Float32Array(padded.columns * padded.rows)))
    const blend = new Blend(this.tiling, network.classes)
    const pixels = window.columns * window.rows
    const image = new Float32Array(planes.length * pixels)
    for (const place of places) {
      planes.forEach((plane, n) => cutWindow(plane, this.tiling, place, image.subarray(n * pixels, (n + 1) * pixels)))
      blend.add(place, await network.probabilities(image, 1, window.rows, window.columns))
    }
    return blend.planes().map(plane => crop(plane, padded.columns, this.size))
  }

  private pad(values: Float32Array, out: Float32Array): Float32Array {
    padInto(values, this.size, out, this.tiling.padded, this.options.padding)
    return out
  }
}
