// When two volumes share a grid: equal size, equal place of every slice, whatever the folder or the file order.
import { hashText } from './hash'
import type { Grid } from './types'

/** Micrometres, so that noise of the last digits of a decimal string does not part equal grids. */
const micrometres = (value: number): number => Math.round(value * 1000) + 0
const millionths = (value: number): number => Math.round(value * 1e6) + 0

/** Equal for equal grids. Built from size, orientation and the position of every slice, or the affine where there is one. */
export function gridHash(
  grid: Pick<Grid, 'size' | 'spacingMm' | 'affineLps' | 'orientation' | 'slicePositionsMm'>,
): string {
  const place = grid.affineLps
    ? grid.affineLps.map(micrometres)
    : [grid.orientation?.map(millionths) ?? null, grid.slicePositionsMm?.map(micrometres) ?? null]
  return hashText(JSON.stringify([grid.size, grid.spacingMm.map(micrometres), place]))
}
