// Makes slices of a patient: paints the body, then adds what a scanner adds (noise, streaks, shading) and rounds to whole HU.
import { body } from './anatomy/body'
import { createBentFrame } from './bend'
import { createNoise } from './noise'
import { paint, type Canvas } from './paint'
import type { PhantomPatient } from './patients'
import { createRandom } from './random'
import type { SliceGrid } from './shapes/frame'
import { createSmoothField } from './smoothField'
import { emptyScanner } from './table'

export interface Scanner {
  grid: SliceGrid
  /** Renders slice k (0 is the lowest) into `image` (HU) and `labels`, both rows x columns. Slices may be asked for in any order. */
  slice(k: number, image: Int16Array, labels: Uint8Array): void
}

/** HU at the bottom of the stored range: 12 bits from -1024. */
const LEAST_HU = -1024
const MOST_HU = 3071

/** The patient's grid; with another `size` the same field of view in coarser or finer voxels. */
export function sliceGrid(patient: PhantomPatient, size: readonly [number, number, number] = patient.size): SliceGrid {
  const spacing = ([0, 1, 2] as const).map(axis => (patient.spacingMm[axis] * patient.size[axis]) / size[axis])
  const [x, y, z] = [spacing[0]!, spacing[1]!, spacing[2]!]
  const depthMm = (size[2] - 1) * z
  return {
    columns: size[0],
    rows: size[1],
    spacingMm: [x, y, z],
    originMm: [hundredth((-(size[0] - 1) * x) / 2), hundredth((-(size[1] - 1) * y) / 2 + 14)],
    bottomMm: hundredth(4 - depthMm / 2),
    depthMm,
  }
}

/** Short decimals: DICOM writes positions as text, and they must come back equal. */
const hundredth = (mm: number): number => Math.round(mm * 100) / 100

export function createScanner(patient: PhantomPatient, grid: SliceGrid): Scanner {
  const count = grid.columns * grid.rows
  const field = (name: string, featureMm: number, spread: number) =>
    createSmoothField(createRandom(patient.seed, name), grid, featureMm, spread)
  const parts = body(patient)
  const frame = createBentFrame(patient, grid)
  const empty = emptyScanner(patient, grid)
  const textures = { grain: field('grain', 5, 1), patch: field('patch', 18, 1), shade: field('shade', 90, 3) }
  const noise = createNoise(patient.seed, grid.columns, grid.rows)
  const grain = new Float32Array(count)
  const patch = new Float32Array(count)
  const shade = new Float32Array(count)
  const speckle = new Float32Array(count)
  const hu = new Float32Array(count)
  const level = noiseLevel(patient, grid)
  const [sx, sy, sz] = patient.scale

  return {
    grid,
    slice(k, image, labels) {
      const z = grid.bottomMm + k * grid.spacingMm[2]
      frame.moveTo(z)
      textures.grain.fill(z, grain)
      textures.patch.fill(z, patch)
      textures.shade.fill(z, shade)
      noise.fill(k, speckle)
      hu.set(empty)
      labels.fill(0)
      const canvas: Canvas = {
        frame,
        spacingMm: grid.spacingMm,
        bodyPerMm: 3 / (sx + sy + sz),
        grain,
        patch,
        hu,
        labels,
      }
      for (const part of parts) paint(canvas, part)

      const streaks = rowStreaks(patient, grid, k, hu)
      for (let j = 0, n = 0; j < grid.rows; j++) {
        const streak = streaks[j]!
        for (let i = 0; i < grid.columns; i++, n++) {
          const value = Math.floor(hu[n]! + shade[n]! + streak + level[n]! * speckle[n]! + 0.5)
          image[n] = value < LEAST_HU ? LEAST_HU : value > MOST_HU ? MOST_HU : value
        }
      }
    },
  }
}

/** Standard deviation of the noise at every pixel, HU: strongest where rays cross most tissue. */
function noiseLevel(patient: PhantomPatient, grid: SliceGrid): Float32Array {
  const level = new Float32Array(grid.columns * grid.rows)
  for (let j = 0, n = 0; j < grid.rows; j++) {
    const v = (grid.originMm[1] + j * grid.spacingMm[1]) / (120 * patient.scale[1])
    for (let i = 0; i < grid.columns; i++, n++) {
      const u = (grid.originMm[0] + i * grid.spacingMm[0]) / (165 * patient.scale[0])
      level[n] = patient.noiseHu * (1 - 0.28 * Math.min(1.6, u * u + v * v))
    }
  }
  return level
}

/** Photon starvation: rows that look through much bone get a faint random offset along their whole length, HU. */
function rowStreaks(patient: PhantomPatient, grid: SliceGrid, k: number, hu: Float32Array): Float32Array {
  const random = createRandom(patient.seed, `streaks ${k}`)
  const streaks = new Float32Array(grid.rows)
  for (let j = 0; j < grid.rows; j++) {
    let boneMm = 0
    for (let n = j * grid.columns; n < (j + 1) * grid.columns; n++) if (hu[n]! > 160) boneMm += grid.spacingMm[0]
    streaks[j] = random.between(-1, 1) * Math.min(1, boneMm / 90) * 5
  }
  return streaks
}
