// Slices to a grid: order by position, one affine where there is one, and the verdict on what the positions say (DESIGN §4).
import { affineFromColumns } from './affine'
import type { Grid, Vec3, Verdict } from './types'
import { add, cross, dot, norm, scale, subtract, unit } from './vector'

/** One slice of a stack. All slices of a stack share orientation, spacing and size: the caller has grouped them. */
export interface StackSlice {
  /** Centre of the first voxel (ImagePositionPatient), LPS mm; null when unknown. */
  positionLps: Vec3 | null
  /** For messages, and to name the files at fault. */
  file: string
}

export interface StackPlane {
  rows: number
  columns: number
  /** Distance between columns (x) and between rows (y) in mm. */
  pixelSpacingMm: readonly [x: number, y: number]
  /** ImageOrientationPatient: direction of a row (+i), then of a column (+j); null when unknown. */
  orientation: readonly number[] | null
  /** Distance between slices to assume where one position cannot tell: SpacingBetweenSlices or SliceThickness; null when unknown. */
  thicknessMm: number | null
}

/** Share of the usual step by which a slice may miss its place, and the noise in mm that is never worth a word. */
const TOLERANCE = 0.01
const NOISE_MM = 1e-3
/** In the plane, this share of a pixel is not worth a word either. */
const IN_PLANE = 0.05

/** Unit row, column and normal directions, or null when the orientation is unusable. */
export function planeAxes(orientation: readonly number[] | null): { row: Vec3; column: Vec3; normal: Vec3 } | null {
  if (orientation?.length !== 6 || !orientation.every(Number.isFinite)) return null
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number]
  const row = unit([a, b, c])
  const column = unit([d, e, f])
  const normal = row && column && unit(cross(row, column))
  return normal && Math.abs(dot(row, column)) < 0.1 ? { row, column, normal } : null
}

/**
 * Ascending along the slice normal. Slices at one position keep the order they came in.
 * @returns indices into `positions`
 */
export function orderAlongNormal(positions: readonly Vec3[], normal: Vec3): number[] {
  const distance = positions.map(position => dot(position, normal))
  return positions.map((_, index) => index).sort((a, b) => distance[a]! - distance[b]! || a - b)
}

/**
 * The grid of slices that are already in order along the normal.
 *
 * `spacingMm[2]` is the distance between slice planes, also when they are tilted; where steps differ it is the usual one (median).
 */
export function gridOfStack(slices: readonly StackSlice[], plane: StackPlane): Grid {
  const size: [number, number, number] = [plane.columns, plane.rows, slices.length]
  const axes = planeAxes(plane.orientation)
  const positions = slices.map(slice => slice.positionLps).filter(position => position !== null)
  if (!axes || positions.length !== slices.length) return gridWithoutGeometry(size, plane)

  const { row, column, normal } = axes
  const orientation = [...row, ...column]
  const along = positions.map(position => dot(position, normal))
  const origin = positions[0]!
  const i = scale(row, plane.pixelSpacingMm[0])
  const j = scale(column, plane.pixelSpacingMm[1])
  const facts = { size, orientation, slicePositionsMm: along }
  const grid = (gapMm: number, k: Vec3 | null, verdict: Verdict): Grid => ({
    ...facts,
    spacingMm: [...plane.pixelSpacingMm, gapMm],
    affineLps: k ? [...affineFromColumns(i, j, k, origin)] : null,
    verdict,
  })

  if (slices.length === 1) {
    const thickness = plane.thicknessMm ?? 1
    return grid(thickness, scale(normal, thickness), plain('uniform', 'One slice.'))
  }

  const steps = along.slice(1).map((position, index) => position - along[index]!)
  const usual = usualStep(steps)
  const stacked = steps.flatMap((step, index) => (step <= Math.max(TOLERANCE * usual, 1e-4) ? [index] : []))
  if (stacked.length > 0) return grid(usual || (plane.thicknessMm ?? 1), null, duplicates(slices, along, stacked))

  const step = scale(subtract(positions.at(-1)!, origin), 1 / (slices.length - 1))
  const inPlaneMm = Math.max(TOLERANCE * usual, IN_PLANE * Math.min(...plane.pixelSpacingMm), NOISE_MM)
  const alongMm = Math.max(TOLERANCE * usual, NOISE_MM)
  const strays = positions.flatMap((position, index) => {
    const miss = subtract(position, add(origin, scale(step, index)))
    const missAlong = dot(miss, normal)
    const missInPlane = norm(subtract(miss, scale(normal, missAlong)))
    return Math.abs(missAlong) > alongMm || missInPlane > inPlaneMm ? [index] : []
  })
  const tiltDegrees = degreesBetween(step, normal)
  const gapMm = dot(step, normal)
  if (strays.length === 0) {
    const shearMm = norm(subtract(step, scale(normal, gapMm)))
    if (shearMm <= Math.max(TOLERANCE * gapMm, NOISE_MM))
      return grid(gapMm, step, plain('uniform', 'Evenly spaced slices.'))
    return grid(gapMm, step, {
      ...plain('tilted', tiltSentence(tiltDegrees, shearMm)),
      files: slices.map(slice => slice.file),
      tiltDegrees,
    })
  }
  return grid(usual, null, gaps(slices, along, steps, usual, normal) ?? irregular(slices, steps, strays))
}

function gridWithoutGeometry(size: [number, number, number], plane: StackPlane): Grid {
  return {
    size,
    spacingMm: [...plane.pixelSpacingMm, plane.thicknessMm ?? 1],
    affineLps: null,
    slicePositionsMm: null,
    orientation: null,
    verdict: plain('none', 'The files do not say where in the patient these images lie.'),
  }
}

const plain = (kind: Verdict['kind'], details: string): Verdict => ({
  kind,
  details,
  files: [],
  tiltDegrees: null,
  gaps: [],
})

/** Lower median of the steps that are no duplicates. */
function usualStep(steps: readonly number[]): number {
  const largest = steps.reduce((a, b) => Math.max(a, b), 0)
  const sorted = steps.filter(step => step > Math.max(largest * 1e-3, 1e-4)).sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

function degreesBetween(a: Vec3, normal: Vec3): number {
  const cosine = dot(a, normal) / norm(a)
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI
}

const tiltSentence = (degrees: number, shearMm: number): string =>
  `The slices are tilted by ${mm(degrees)} degrees: each is shifted by ${mm(shearMm)} mm in its plane against the one below. ` +
  'Positions and volumes follow the sheared grid.'

/** Four digits at most, no trailing zeros. */
const mm = (value: number): string => String(Number(value.toFixed(4)))

function duplicates(slices: readonly StackSlice[], along: readonly number[], stacked: readonly number[]): Verdict {
  const files = new Set(stacked.flatMap(index => [slices[index]!.file, slices[index + 1]!.file]))
  const places = new Set(stacked.map(index => mm(along[index]!))).size
  const where = places === 1 ? `at ${mm(along[stacked[0]!]!)} mm` : `at ${places} positions`
  return {
    ...plain('duplicates', `Several slices lie at the same position (${where}), and no tag tells them apart.`),
    files: [...files],
  }
}

/**
 * Regular steps with a few holes: `gaps`. Null when that does not describe the steps. A hole is a whole number of usual steps wide
 * (within 5 %), or it is the only one.
 */
function gaps(
  slices: readonly StackSlice[],
  along: readonly number[],
  steps: readonly number[],
  usual: number,
  normal: Vec3,
): Verdict | null {
  const tolerance = Math.max(2 * TOLERANCE * usual, NOISE_MM)
  const jumps = steps.flatMap((step, index) => (Math.abs(step - usual) > tolerance ? [index] : []))
  const isWhole = (step: number): boolean => Math.abs(step / usual - Math.round(step / usual)) <= 0.05
  const isHole = (index: number): boolean =>
    steps[index]! > 1.5 * usual && (jumps.length === 1 || isWhole(steps[index]!))
  if (jumps.length === 0 || !jumps.every(isHole)) return null
  const axis = Math.abs(normal[2]) > 0.999 ? 'z' : 'position'
  const sentence = (index: number): string => `${mm(steps[index]!)} mm after ${axis}=${mm(along[index]!)}`
  const shown = jumps.slice(0, 5).map(sentence).join(', ')
  const more = jumps.length > 5 ? ` and ${jumps.length - 5} more` : ''
  return {
    ...plain('gaps', `Slices are missing: a step of ${shown}${more}, where ${mm(usual)} mm is usual.`),
    files: [...new Set(jumps.flatMap(index => [slices[index]!.file, slices[index + 1]!.file]))],
    gaps: jumps.map(index => ({
      afterSlice: index,
      afterPositionMm: along[index]!,
      missingMm: steps[index]! - usual,
    })),
  }
}

function irregular(slices: readonly StackSlice[], steps: readonly number[], strays: readonly number[]): Verdict {
  const low = steps.reduce((a, b) => Math.min(a, b), Infinity)
  const high = steps.reduce((a, b) => Math.max(a, b), 0)
  const sideways = high - low <= TOLERANCE * high
  const details = sideways
    ? 'The slices are shifted against each other in their plane, not along one line.'
    : `The distance between slices varies from ${mm(low)} to ${mm(high)} mm.`
  return { ...plain('irregular', details), files: [...new Set(strays.map(index => slices[index]!.file))] }
}
