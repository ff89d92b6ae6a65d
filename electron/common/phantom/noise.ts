// CT noise: correlated in the slice like filtered back-projection leaves it (little at low frequencies), a little from slice to slice.
import { createRandom } from './random'

export interface Noise {
  /** Writes noise of unit variance for slice k. */
  fill(k: number, out: Float32Array): void
}

/** Share of the next slice's noise in this one: slices overlap. */
const NEXT_SLICE = 0.45
/** How much of the wide blur is taken away: dips the spectrum at low frequencies. */
const RAMP = 0.55
/** Standard deviation of the sum of four uniform bytes. */
const FOUR_BYTES = Math.sqrt((4 * (256 * 256 - 1)) / 12)

export function createNoise(seed: number, columns: number, rows: number): Noise {
  const count = columns * rows
  let next = { k: -1, values: new Float32Array(count) }
  let spare = new Float32Array(count)
  const narrow = new Float32Array(count)
  const wide = new Float32Array(count)

  const white = (k: number, out: Float32Array): void => {
    const random = createRandom(seed, `noise ${k}`)
    for (let n = 0; n < count; n++) {
      const bits = random.bits()
      out[n] = ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / FOUR_BYTES
    }
  }
  const shape = (values: Float32Array): void => {
    blur(values, narrow, columns, rows, 1)
    blur(narrow, wide, columns, rows, 2)
    for (let n = 0; n < count; n++) values[n] = narrow[n]! - RAMP * wide[n]!
  }
  const gain = 1 / (kernelNorm() * Math.sqrt(1 + NEXT_SLICE * NEXT_SLICE))

  return {
    fill(k, out) {
      if (next.k === k) out.set(next.values)
      else white(k, out)
      white(k + 1, spare)
      ;[next, spare] = [{ k: k + 1, values: spare }, next.values]
      for (let n = 0; n < count; n++) out[n] = (out[n]! + NEXT_SLICE * next.values[n]!) * gain
      shape(out)
    },
  }
}

/** Root of the sum of squares of the in-plane kernel, from its response to an impulse. */
function kernelNorm(): number {
  const side = 15
  const impulse = new Float32Array(side * side)
  impulse[(side * side - 1) / 2] = 1
  const narrow = new Float32Array(side * side)
  const wide = new Float32Array(side * side)
  blur(impulse, narrow, side, side, 1)
  blur(narrow, wide, side, side, 2)
  return Math.sqrt(narrow.reduce((sum, value, n) => sum + (value - RAMP * wide[n]!) ** 2, 0))
}

/** Separable [1 2 1] / 4 with its taps `step` pixels apart; edges repeat. */
function blur(from: Float32Array, to: Float32Array, columns: number, rows: number, step: number): void {
  for (let j = 0; j < rows; j++) {
    const above = Math.max(0, j - step) * columns
    const below = Math.min(rows - 1, j + step) * columns
    const row = j * columns
    for (let i = 0; i < columns; i++) to[row + i] = 0.25 * (from[above + i]! + from[below + i]!) + 0.5 * from[row + i]!
  }
  const line = new Float32Array(columns)
  for (let j = 0; j < rows; j++) {
    const row = j * columns
    line.set(to.subarray(row, row + columns))
    for (let i = 0; i < columns; i++) {
      to[row + i] = 0.25 * (line[Math.max(0, i - step)]! + line[Math.min(columns - 1, i + step)]!) + 0.5 * line[i]!
    }
  }
}
