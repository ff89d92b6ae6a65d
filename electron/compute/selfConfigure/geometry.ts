// Spacing, patch and depth from the size of the images and of what is labelled in them.
import type { Fingerprint } from '#common/ipc/prepare'
import type { Preprocessing } from '#common/ipc/training'
import { median, type Choice } from './choice'

/** Pixels on the longer side of a slice that a CPU can train on in minutes. */
const LONG_SIDE = 192
/** The smallest label keeps at least so many pixels in its median slice. */
const SMALLEST_LABEL_PIXELS = 40
/** Pixels of a patch: more context costs more than it brings on a CPU. */
const PATCH_PIXELS = 128 * 128
/** A patch is this much larger than what is labelled in a slice: it also sees what lies around. */
const MARGIN = 1.2
/** The bottom of the network still sees this many pixels across (nnU-Net stops at 4). */
const BOTTOM = 8
const DEEPEST = 4

/** In-plane pixel size and slice size, medians over the cases. */
export interface PlaneFacts {
  readonly pixelMm: number | null
  readonly longSide: number
  readonly shortSide: number
  /** Of the box around all labels of a slice, the largest of any case. */
  readonly extent: { readonly columns: number; readonly rows: number }
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
    extent: {
      columns: Math.max(...fingerprints.map(({ extent }) => extent.columns)),
      rows: Math.max(...fingerprints.map(({ extent }) => extent.rows)),
    },
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
  const side = Math.min(Math.sqrt(PATCH_PIXELS), facts.longSide / factor)
  const depth = Math.max(1, Math.min(DEEPEST, Math.floor(Math.log2(side / BOTTOM))))
  return { value: depth, reason: `the bottom of the network still sees ${Math.round(side / 2 ** depth)} pixels across` }
}

/** [rows, columns]: what is labelled in a slice with a margin, as far as that can be computed. */
export function choosePatch(facts: PlaneFacts, factor: number, depth: number): Choice<[number, number]> {
  const { extent, longSide } = facts
  const multiple = 2 ** depth
  const up = (pixels: number): number => Math.max(multiple, Math.ceil(pixels / multiple) * multiple)
  const down = (pixels: number): number => Math.max(multiple, Math.floor(pixels / multiple) * multiple)
  const largest = up(longSide / factor)
  const wanted = (pixels: number): number => Math.min(largest, up((MARGIN * pixels) / factor))
  const [rows, columns] = [wanted(extent.rows), wanted(extent.columns)]
  const shrink = Math.sqrt(Math.min(1, PATCH_PIXELS / (rows * columns)))
  if (shrink === 1) return { value: [rows, columns], reason: 'everything labelled in a slice, with a margin' }
  return {
    value: [down(rows * shrink), down(columns * shrink)],
    reason: `what can be computed in minutes: ${Math.round(100 * shrink)} % of the side of what is labelled in a slice`,
  }
}
