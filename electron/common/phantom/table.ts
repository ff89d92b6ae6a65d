// What surrounds the patient: air, and the scanner's curved table top with its foam core.
import type { PhantomPatient } from './patients'
import type { SliceGrid } from './shapes/frame'

const AIR = -1000
const SHELL = { hu: 0, thicknessMm: 3 }
const FOAM = { hu: -935, thicknessMm: 19 }
const HALF_WIDTH_MM = 200

/** HU of a slice without a patient; the same in all slices. */
export function emptyScanner(patient: PhantomPatient, grid: SliceGrid): Float32Array {
  const plane = new Float32Array(grid.columns * grid.rows).fill(AIR)
  const topMm = patient.scale[1] * (102 + 15 * patient.fat)
  for (let j = 0, n = 0; j < grid.rows; j++) {
    for (let i = 0; i < grid.columns; i++, n++) {
      const x = grid.originMm[0] + i * grid.spacingMm[0]
      const depth = grid.originMm[1] + j * grid.spacingMm[1] - topMm + 0.0008 * x * x
      const side = HALF_WIDTH_MM - Math.abs(x)
      const outer = Math.min(depth, FOAM.thicknessMm + 2 * SHELL.thicknessMm - depth, side)
      const inner = Math.min(
        depth - SHELL.thicknessMm,
        SHELL.thicknessMm + FOAM.thicknessMm - depth,
        side - SHELL.thicknessMm,
      )
      plane[n] = plane[n]! + share(outer, grid) * (SHELL.hu - AIR)
      plane[n] = plane[n]! + share(inner, grid) * (FOAM.hu - plane[n]!)
    }
  }
  return plane
}

/** Share of a pixel that lies inside, from its depth below the surface in mm. */
const share = (depthMm: number, grid: SliceGrid): number => Math.min(1, Math.max(0, 0.5 + depthMm / grid.spacingMm[1]))
