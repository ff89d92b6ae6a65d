// Spacing, patch, depth and neighbouring slices from the size of the images and of what is labelled in them.
import type { Fingerprint } from '#common/ipc/prepare'
import type { Preprocessing } from '#common/ipc/training'
import { median } from '../median'
import type { Choice } from './choice'

/**
 * Pixels of a slice, on its longest side, and of a training patch that a CPU can train on in minutes. Finer pixels and fewer channels
 * find lesions better than coarser pixels and more channels at the same cost (docs/training-notes.md).
 */
const PIXELS = 33_000
const LONG_SIDE = 224
const PATCH_PIXELS = 28_000
/** The smallest label keeps at least so many pixels in its median slice. */
const SMALLEST_LABEL_PIXELS = 40
/** The bottom of the network still sees this many pixels across (nnU-Net stops at 4). */
const BOTTOM = 8
const DEEPEST = 4
/** Slices further apart than this show something else. */
const NEIGHBOURS_WITHIN_MM = 6

/** In-plane pixel size and slice size over the cases, after cropping. */
export interface PlaneFacts {
  /** Median; null when an image says nothing about space. */
  readonly pixelMm: number | null
  /** Longest columns and rows of any case: mm, or pixels where space is unknown. */
  readonly columns: number
  readonly rows: number
  /** Median distance of slices, mm. */
  readonly sliceMm: number | null
  /** Area of the smallest label: over labels the least median area per slice that shows it, in pixels. */
  readonly smallestPixels: number
}

export function planeFacts(fingerprints: readonly Fingerprint[], cropped: boolean): PlaneFacts {
  const known = fingerprints.every(({ spacingMm }) => spacingMm !== null)
  const seen = fingerprints.map(({ size, body, spacingMm }) => {
    const pixels = (cropped && body) || size
    const [x, y] = known ? spacingMm! : [1, 1]
    return { columns: pixels.columns * x, rows: pixels.rows * y }
  })
  const labels = fingerprints[0]?.counts[0]?.length ?? 1
  const areas = Array.from({ length: labels - 1 }, (_, n) =>
    fingerprints.flatMap(({ counts }) => counts.map(slice => slice[n + 1] ?? 0).filter(area => area > 0)),
  ).flatMap(found => (found.length === 0 ? [] : [median(found)]))
  return {
    pixelMm: known ? median(fingerprints.map(({ spacingMm }) => (spacingMm![0] + spacingMm![1]) / 2)) : null,
    columns: Math.max(...seen.map(({ columns }) => columns)),
    rows: Math.max(...seen.map(({ rows }) => rows)),
    sliceMm: known ? median(fingerprints.map(({ spacingMm }) => spacingMm![2])) : null,
    smallestPixels: Math.min(...areas),
  }
}

/** Air is left out of CT: it would be half of every slice. */
export function chooseCrop(fingerprints: readonly Fingerprint[]): Choice<Preprocessing['crop']> {
  return fingerprints.every(({ body }) => body !== null)
    ? { value: { above: -500 }, reason: 'around the body is air, in which nothing is to be found' }
    : { value: null, reason: 'whole slices: what is background is not known' }
}

/** The same in both directions; slices are taken as they are. */
export function chooseSpacing({
  pixelMm,
  columns,
  rows,
  smallestPixels,
}: PlaneFacts): Choice<Preprocessing['spacingMm']> {
  if (pixelMm === null)
    return { value: [null, null, null], reason: 'some images say nothing about space: all are used pixel by pixel' }
  const forSpeed = Math.max(Math.sqrt((columns * rows) / PIXELS), Math.max(columns, rows) / LONG_SIDE)
  const forLabels = pixelMm * Math.sqrt(smallestPixels / SMALLEST_LABEL_PIXELS)
  const mm = Number(Math.max(pixelMm, Math.min(forSpeed, forLabels)).toFixed(2))
  const left = Math.round(smallestPixels * (pixelMm / mm) ** 2)
  const why =
    mm <= pixelMm
      ? 'as acquired'
      : forSpeed < forLabels
        ? `so that ${Math.round(columns)} x ${Math.round(rows)} mm become what a processor can train on in minutes`
        : `no coarser, so that the smallest label keeps its shape`
  return { value: [mm, mm, null], reason: `${why}; the smallest label has ${left} pixels in its usual slice` }
}

/** Network pixels of the largest slice at a spacing. */
export function networkSize(
  { pixelMm, columns, rows }: PlaneFacts,
  spacingMm: number | null,
): { columns: number; rows: number } {
  const step = pixelMm === null ? 1 : (spacingMm ?? pixelMm)
  const side = (length: number): number => Math.max(1, Math.round(length / step))
  return { columns: side(columns), rows: side(rows) }
}

export function chooseDepth({ columns, rows }: { columns: number; rows: number }): Choice<number> {
  const side = Math.min(LONG_SIDE, Math.max(columns, rows))
  const depth = Math.max(1, Math.min(DEEPEST, Math.floor(Math.log2(side / BOTTOM))))
  return { value: depth, reason: `the bottom of the network still sees ${Math.round(side / 2 ** depth)} pixels across` }
}

/**
 * [rows, columns]. Whole slices where they are small enough: a network that normalises over a patch must see the same mix of body and
 * air in training as later.
 */
export function choosePatch(size: { columns: number; rows: number }, depth: number): Choice<[number, number]> {
  const multiple = 2 ** depth
  const up = (pixels: number): number => Math.max(multiple, Math.ceil(pixels / multiple) * multiple)
  const shrink = Math.min(1, Math.sqrt(PATCH_PIXELS / (up(size.rows) * up(size.columns))))
  const side = (pixels: number): number => (shrink === 1 ? up(pixels) : up(shrink * pixels - multiple / 2))
  const value: [number, number] = [side(size.rows), side(size.columns)]
  const whole = value[0] >= size.rows && value[1] >= size.columns
  return {
    value,
    reason: whole
      ? 'whole slices'
      : `what a processor can train on in minutes, of slices of ${size.rows} x ${size.columns}`,
  }
}

export function chooseNeighbours({ sliceMm }: PlaneFacts): Choice<number> {
  if (sliceMm === null) return { value: 0, reason: 'nothing is known about the distance of slices' }
  return sliceMm <= NEIGHBOURS_WITHIN_MM
    ? { value: 1, reason: `slices are ${sliceMm.toFixed(1)} mm apart: those above and below tell structure from noise` }
    : { value: 0, reason: `slices are ${sliceMm.toFixed(1)} mm apart: neighbours show something else` }
}
