// The way of a volume's slices onto the network's grid: turned, resampled, and back again on exactly the grid they came from.
import { SagittaError } from '../errors'
import type { Grid } from '../geometry/types'
import type { Preprocessing } from '../ipc/training'
import { wholeBox, type Box } from './box'
import { inPlaneOf, type InPlane } from './inPlane'
import { planeTaps, tapsFor, type PlaneTaps, type Taps } from './resample'

export interface PlaneSize {
  readonly columns: number
  readonly rows: number
}

export interface SlicePlan {
  readonly inPlane: InPlane
  /** The part of the turned slice that the network sees. */
  readonly box: Box
  /** The network's slices before padding. */
  readonly network: PlaneSize & { readonly slices: number }
  /** mm along network columns, rows and slices; null when the image says nothing about space. */
  readonly spacingMm: readonly [number, number, number] | null
  readonly there: PlaneTaps & { readonly slices: Taps | null }
  readonly back: PlaneTaps & { readonly slices: Taps | null }
  /** What a person should know: an image without spacing is used as it is. */
  readonly notices: readonly string[]
}

/** Sizes this close are not resampled: the spacing then differs by less than the rounding of most DICOM files. */
const SAME_SPACING = 1e-3

/**
 * @param box the part that matters (see `BodyBox`), when the preprocessing crops; absent: the whole slice.
 * @throws no-geometry when slices shall be resampled along their normal but no single affine describes them.
 */
export function slicePlan(
  grid: Pick<Grid, 'size' | 'spacingMm' | 'affineLps' | 'orientation'>,
  preprocessing: Pick<Preprocessing, 'spacingMm'> & Partial<Pick<Preprocessing, 'orientation' | 'resize'>>,
  box?: Box,
): SlicePlan {
  const [columns, rows, slices] = grid.size
  const inPlane = inPlaneOf(grid.orientation, { columns, rows }, preprocessing.orientation)
  const seen = box ?? wholeBox(inPlane)
  const oriented = { columns: seen.columns, rows: seen.rows, slices }
  const [x, y, z] = grid.spacingMm
  const known = grid.orientation !== null && x > 0 && y > 0
  const { spacingMm: wanted, resize } = preprocessing
  const notices: string[] = []
  if (!known && wanted.some(mm => mm !== null))
    notices.push(
      `The image says nothing about its spacing; it is used pixel by pixel, as if it had the model's ${describe(wanted)}.`,
    )
  if (known && wanted[2] !== null && grid.affineLps === null)
    throw new SagittaError(
      'no-geometry',
      'This model needs slices at regular distances, and those of the image are not. Resample the volume to a regular grid first.',
    )
  const spacing = inPlane.swapped ? ([y, x, z] as const) : ([x, y, z] as const)
  const resized = (size: number, axis: 0 | 1 | 2): number => {
    const target = wanted[axis]
    if (!known || target === null || Math.abs(spacing[axis] / target - 1) < SAME_SPACING) return size
    return Math.max(1, Math.round((size * spacing[axis]) / target))
  }
  const network = {
    columns: resize?.columns ?? resized(oriented.columns, 0),
    rows: resize?.rows ?? resized(oriented.rows, 1),
    slices: resized(oriented.slices, 2),
  }
  return {
    inPlane,
    box: seen,
    network,
    spacingMm: known
      ? [
          (spacing[0] * oriented.columns) / network.columns,
          (spacing[1] * oriented.rows) / network.rows,
          (spacing[2] * slices) / network.slices,
        ]
      : null,
    there: {
      ...planeTaps(oriented, network),
      slices: slices === network.slices ? null : tapsFor(slices, network.slices),
    },
    back: {
      ...planeTaps(network, oriented),
      slices: slices === network.slices ? null : tapsFor(network.slices, slices),
    },
    notices,
  }
}

const describe = (spacing: Preprocessing['spacingMm']): string => `${spacing.map(mm => mm ?? 'own').join(' x ')} mm`

/** The slices that slice `target` is made of, with their shares. */
export function sourcesOf(taps: Taps | null, target: number): readonly { slice: number; share: number }[] {
  if (!taps) return [{ slice: target, share: 1 }]
  const sources: { slice: number; share: number }[] = []
  for (let n = 0; n < taps.count; n++) {
    const share = taps.weights[target * taps.count + n]!
    if (share > 0) sources.push({ slice: taps.first[target]! + n, share })
  }
  return sources
}
