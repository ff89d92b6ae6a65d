// Spacing, patch and depth from the size of the images and of what is labelled in them.
import type { Fingerprint } from '#common/ipc/prepare'
import type { Preprocessing } from '#common/ipc/training'
import { median, type Choice } from './choice'

/** Pixels on the longer side of a slice that a CPU can train on in minutes. */
const LONG_SIDE = 192
/** The smallest label keeps at least so many pixels in its median slice. */
const SMALLEST_LABEL_PIXELS = 40
const LONGEST_PATCH = 128
/** The bottom of the network still sees this many pixels across (nnU-Net stops at 4). */
const BOTTOM = 8
const DEEPEST = 4

/** In-plane pixel size and slice size, medians over the cases. */
export interface PlaneFacts {
  readonly pixelMm: number | null
  readonly longSide: number
  readonly shortSide: number
  /** Area of the smallest label: over labels the least median area per slice that shows it, in pixels. */
  readonly smallestPixels: number
}

export function planeFacts(fingerprints: readonly Fingerprint[]): PlaneFacts {
  const spacings = fingerprints.flatMap(({ spacingMm }) => (spacingMm ? [(spacingMm[0] + spacingMm[1]) / 2] : []))
  const labels = fingerprints[0]?.counts[0]?.length ?? 1
  const areas = Array.from({ length: labels - 1 }, (_, n) =>
    fingerprints.flatMap(({ counts }) => counts.map(slice => slice[n + 1] ?? 0).filter(pixels => pixels > 0)),
  ).flatMap(found => (found.length === 0 ? [] : [median(found)]))
  return {
    pixelMm: spacings.length === fingerprints.length ? median(spacings) : null,
    longSide: median(fingerprints.map(({ size }) => Math.max(size.columns, size.rows))),
    shortSide: median(fingerprints.map(({ size }) => Math.min(size.columns, size.rows))),
    smallestPixels: Math.min(...areas),
  }
}

/** How many times coarser than acquired the network may see. */
function coarsening({ longSide, smallestPixels }: PlaneFacts): number {
  const forSpeed = longSide / LONG_SIDE
  const forLabels = Math.sqrt(smallestPixels / SMALLEST_LABEL_PIXELS)
  return Math.max(1, Math.min(forSpeed, forLabels))
}

export function chooseSpacing(facts: PlaneFacts): Choice<Preprocessing['spacingMm']> {
  const { pixelMm, longSide } = facts
  if (pixelMm === null)
    return {
      value: [null, null, null],
      reason: 'some images say nothing about their spacing: all are used pixel by pixel',
    }
  const factor = coarsening(facts)
  const mm = Number((pixelMm * factor).toFixed(2))
  return {
    value: [mm, mm, null],
    reason:
      factor > 1
        ? `${pixelMm.toFixed(2)} mm as acquired, coarsened to ${Math.round(longSide / factor)} pixels across; the smallest label keeps ${Math.round(facts.smallestPixels / factor ** 2)} pixels in its usual slice. Slices are taken as they are`
        : `the median of the cases; the smallest label has ${Math.round(facts.smallestPixels)} pixels in its usual slice. Slices are taken as they are`,
  }
}

/** @param factor acquired pixels per network pixel. */
export function chooseDepth(facts: PlaneFacts, factor: number): Choice<number> {
  const side = Math.min(LONGEST_PATCH, facts.longSide / factor)
  const depth = Math.max(1, Math.min(DEEPEST, Math.floor(Math.log2(side / BOTTOM))))
  return { value: depth, reason: `the bottom of the network still sees ${Math.round(side / 2 ** depth)} pixels across` }
}

/** [rows, columns], the same in both directions: slices may be turned. */
export function choosePatch(facts: PlaneFacts, factor: number, depth: number): Choice<[number, number]> {
  const multiple = 2 ** depth
  const fitting = Math.max(multiple, Math.ceil(facts.longSide / factor / multiple) * multiple)
  const side = Math.min(fitting, Math.max(multiple, Math.floor(LONGEST_PATCH / multiple) * multiple))
  return {
    value: [side, side],
    reason:
      side === fitting
        ? 'a whole slice'
        : `${Math.round((100 * side) / fitting)} % of a slice's side: context for every organ, little enough to compute`,
  }
}
