// Smooth random fields in space: cubic B-splines over a random lattice. They bend the anatomy, tint tissues and shade the image.
import type { Random } from './random'
import type { SliceGrid } from './shapes/frame'

export interface SmoothField {
  /** Writes the field at every pixel centre of the slice at `zMm` (patient mm, before any deformation). */
  fill(zMm: number, out: Float32Array): void
}

/** A uniform lattice value in [-1, 1) has this standard deviation after 3-D cubic B-spline smoothing. */
const SPREAD = 0.191

interface Axis {
  /** First of the four lattice points that reach each sample. */
  cells: Int32Array
  /** Four weights per sample. */
  weights: Float64Array
  points: number
}

function weightsInto(t: number, weights: Float64Array, at: number): void {
  const s = 1 - t
  weights[at] = (s * s * s) / 6
  weights[at + 1] = (3 * t * t * t - 6 * t * t + 4) / 6
  weights[at + 2] = (3 * s * s * s - 6 * s * s + 4) / 6
  weights[at + 3] = (t * t * t) / 6
}

/** `count` samples of `stepMm` on a lattice of `spacingMm`. */
function axis(count: number, stepMm: number, spacingMm: number): Axis {
  const cells = new Int32Array(count)
  const weights = new Float64Array(4 * count)
  for (let n = 0; n < count; n++) {
    const position = (n * stepMm) / spacingMm
    cells[n] = Math.floor(position)
    weightsInto(position - Math.floor(position), weights, 4 * n)
  }
  return { cells, weights, points: Math.floor(((count - 1) * stepMm) / spacingMm) + 4 }
}

/**
 * A field with feature size `spacingMm` and standard deviation `spread` (its own unit).
 * Slices are evaluated by collapsing the lattice along z, then along y, then x: four products a pixel.
 */
export function createSmoothField(random: Random, grid: SliceGrid, spacingMm: number, spread: number): SmoothField {
  const along = axis(grid.columns, grid.spacingMm[0], spacingMm)
  const across = axis(grid.rows, grid.spacingMm[1], spacingMm)
  const stride = spacingMm > 10 * grid.spacingMm[0] ? 4 : 1
  const layers = Math.floor(grid.depthMm / spacingMm) + 4
  const plane = along.points * across.points
  const lattice = new Float32Array(plane * layers)
  for (let n = 0; n < lattice.length; n++) lattice[n] = random.between(-1, 1) * (spread / SPREAD)

  const sheet = new Float64Array(plane)
  const line = new Float64Array(along.points)
  const w = new Float64Array(4)

  return {
    fill(zMm, out) {
      const position = (zMm - grid.bottomMm) / spacingMm
      const layer = Math.min(layers - 4, Math.max(0, Math.floor(position)))
      weightsInto(Math.min(1, Math.max(0, position - layer)), w, 0)
      for (let n = 0, p = layer * plane; n < plane; n++, p++) {
        sheet[n] =
          w[0]! * lattice[p]! +
          w[1]! * lattice[p + plane]! +
          w[2]! * lattice[p + 2 * plane]! +
          w[3]! * lattice[p + 3 * plane]!
      }
      for (let j = 0, n = 0; j < grid.rows; j++) {
        collapseRow(sheet, along.points, across, j, line)
        evaluateRow(line, along, grid.columns, stride, out, n)
        n += grid.columns
      }
    },
  }
}

function collapseRow(sheet: Float64Array, points: number, across: Axis, j: number, line: Float64Array): void {
  const base = across.cells[j]! * points
  const q = 4 * j
  for (let c = 0; c < points; c++) {
    line[c] =
      across.weights[q]! * sheet[base + c]! +
      across.weights[q + 1]! * sheet[base + points + c]! +
      across.weights[q + 2]! * sheet[base + 2 * points + c]! +
      across.weights[q + 3]! * sheet[base + 3 * points + c]!
  }
}

/** The spline at every `stride`-th sample, straight lines between: fields much wider than that look the same. */
function evaluateRow(
  line: Float64Array,
  { cells, weights }: Axis,
  columns: number,
  stride: number,
  out: Float32Array,
  start: number,
): void {
  let before = 0
  for (let i = 0; i < columns; i += stride) {
    const c = cells[i]!
    const q = 4 * i
    const value =
      weights[q]! * line[c]! +
      weights[q + 1]! * line[c + 1]! +
      weights[q + 2]! * line[c + 2]! +
      weights[q + 3]! * line[c + 3]!
    if (stride > 1 && i > 0) {
      const slope = (value - before) / stride
      for (let s = 1; s < stride; s++) out[start + i - stride + s] = before + s * slope
    }
    out[start + i] = value
    before = value
  }
  const last = columns - 1 - ((columns - 1) % stride)
  for (let i = last + 1; i < columns; i++) out[start + i] = before
}
