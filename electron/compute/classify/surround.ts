// The patch around any pixel of a slice, scaled: beyond the border the slice's smallest value, as patches at training time have it.
import type { Scale } from '#common/latent/imageSource'
import type { PlaneSize } from '#common/preprocessing/slicePlan'
import { writeScaled } from '../datasets/scaled'

export class Surround {
  private readonly padded: Float32Array
  private readonly width: number

  /** @param values raw, row-major. */
  constructor(
    values: Float32Array,
    plane: PlaneSize,
    private readonly patch: PlaneSize,
    scale: Scale | null,
  ) {
    this.width = plane.columns + patch.columns
    this.padded = new Float32Array(this.width * (plane.rows + patch.rows))
    const scaled = new Float32Array(values.length)
    writeScaled(values, scale, scaled)
    this.padded.fill(scaled.reduce((a, b) => Math.min(a, b), Infinity))
    const [top, left] = [patch.rows >> 1, patch.columns >> 1]
    for (let row = 0; row < plane.rows; row++)
      this.padded.set(scaled.subarray(row * plane.columns, (row + 1) * plane.columns), (top + row) * this.width + left)
  }

  /** Writes the patch whose pixel (rows / 2, columns / 2) is the given one into `out` from `at` on. */
  copy(row: number, column: number, out: Float32Array, at: number): void {
    for (let r = 0; r < this.patch.rows; r++) {
      const start = (row + r) * this.width + column
      out.set(this.padded.subarray(start, start + this.patch.columns), at + r * this.patch.columns)
    }
  }
}
