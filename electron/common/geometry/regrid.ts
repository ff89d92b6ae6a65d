// Evenly spaced slices in place of uneven or tilted ones: where the new voxels lie, and between which scanned slices each new slice lies.
import { SagittaError } from '../errors'
import { affineColumn } from './affine'
import { gridOfStack, planeAxes } from './stack'
import type { Affine, Grid, Vec3 } from './types'
import { add, dot, scale, subtract } from './vector'

/** Scanned slices, ascending along their common normal. */
export interface SliceStack {
  /** [columns, rows, slices] */
  readonly size: readonly [number, number, number]
  /** Along columns, rows and the normal; the last is the usual step. */
  readonly spacingMm: Vec3
  /** ImageOrientationPatient; null when unknown. */
  readonly orientation: readonly number[] | null
  /** Centre of the first voxel of every slice, LPS mm; null when unknown. */
  readonly positionsLps: readonly Vec3[] | null
}

/** A new slice is `1 - share` of slice `below` and `share` of slice `above`. */
export interface Between {
  readonly below: number
  readonly above: number
  readonly share: number
}

export interface Regrid {
  /** Uniform, with one affine. */
  readonly grid: Grid
  /** Per new slice. */
  readonly between: readonly Between[]
  /** Per scanned slice: its first voxel seen from the first new voxel, mm along columns and rows. */
  readonly offsetsMm: readonly (readonly [x: number, y: number])[]
  /** Indices of new slices that lie inside a hole of the scan, further than the usual step from one slice to the next: nobody measured there. */
  readonly inHoles: readonly number[]
}

/** A new slice this close to a scanned one, in shares of the step between two, is that slice. */
const ON_SLICE = 1e-4
/** Steps wider than this many usual ones are holes. */
const HOLE = 1.5
/** Rounding of decimal strings must not add a row or a slice. */
const SLACK = 1e-3

/**
 * Plans a grid with the scan's own row, column and normal directions. It spans the first to the last slice, and all that the slices
 * cover in their plane: tilted stacks get more rows.
 * @param spacingMm null: the scan's pixel spacing and its usual step
 * @throws no-geometry when positions are unknown or two slices share one
 */
export function planRegrid(stack: SliceStack, spacingMm: Vec3 | null = null): Regrid {
  const { size, orientation, positionsLps } = stack
  const axes = planeAxes(orientation)
  if (!axes || !positionsLps || positionsLps.length !== size[2] || size[2] < 2)
    throw new SagittaError(
      'no-geometry',
      'Only slices whose positions in the patient are known can be resampled, and at least two of them.',
    )
  const [dx, dy, dz] = spacingMm ?? stack.spacingMm
  const first = positionsLps[0]!
  const along = positionsLps.map(position => dot(subtract(position, first), axes.normal))
  if (along.some((value, k) => k > 0 && value - along[k - 1]! < 1e-4))
    throw new SagittaError(
      'no-geometry',
      'Several slices lie at the same position, and nothing says which one to use: they cannot be resampled.',
    )
  const x = positionsLps.map(position => dot(subtract(position, first), axes.row))
  const y = positionsLps.map(position => dot(subtract(position, first), axes.column))
  const across = cells(x, size[0], stack.spacingMm[0], dx)
  const down = cells(y, size[1], stack.spacingMm[1], dy)
  const count = Math.floor(along.at(-1)! / dz + SLACK) + 1
  const origin = add(first, add(scale(axes.row, across.startMm), scale(axes.column, down.startMm)))
  const grid = gridOfStack(
    Array.from({ length: count }, (_, n) => ({ positionLps: add(origin, scale(axes.normal, n * dz)), file: '' })),
    {
      ...{ rows: down.count, columns: across.count, pixelSpacingMm: [dx, dy] as const },
      ...{ orientation: [...axes.row, ...axes.column], thicknessMm: dz },
    },
  )
  const between = Array.from({ length: count }, (_, n) => place(along, n * dz))
  const inHoles = between.flatMap(({ below, above }, n) =>
    along[above]! - along[below]! > HOLE * stack.spacingMm[2] ? [n] : [],
  )
  const offsetsMm = x.map((value, k) => [value - across.startMm, y[k]! - down.startMm] as const)
  return { grid, between, offsetsMm, inHoles }
}

/** Cells of `stepMm` from the outer edge of all slices on, as long as their centres lie inside; `startMm` is the centre of the first. */
function cells(
  startsMm: readonly number[],
  count: number,
  ownStepMm: number,
  stepMm: number,
): { count: number; startMm: number } {
  const low = startsMm.reduce((a, b) => Math.min(a, b), Infinity)
  const high = startsMm.reduce((a, b) => Math.max(a, b), -Infinity)
  // Noise of the last digits is no shift.
  const shiftMm = high - low > 0.01 * ownStepMm ? high - low : 0
  const extentMm = shiftMm + count * ownStepMm
  return {
    count: Math.max(1, Math.round(extentMm / stepMm - SLACK)),
    startMm: low - ownStepMm / 2 + stepMm / 2,
  }
}

function place(alongMm: readonly number[], positionMm: number): Between {
  let above = alongMm.findIndex(value => value >= positionMm)
  if (above < 0) above = alongMm.length - 1
  const below = Math.max(0, above - 1)
  const stepMm = alongMm[above]! - alongMm[below]!
  const share = stepMm > 0 ? Math.min(1, (positionMm - alongMm[below]!) / stepMm) : 0
  if (share >= 1 - ON_SLICE) return { below: above, above, share: 0 }
  return share <= ON_SLICE ? { below, above: below, share: 0 } : { below, above, share }
}

/** First voxels of the slices of a volume with one affine. */
export const slicePositionsLps = (affineLps: Affine, slices: number): Vec3[] =>
  Array.from({ length: slices }, (_, k) => add(affineColumn(affineLps, 3), scale(affineColumn(affineLps, 2), k)))
