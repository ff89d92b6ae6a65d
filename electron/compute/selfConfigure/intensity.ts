// Clip range and normalisation from what lies under the labels.
import type { Fingerprint } from '#common/ipc/prepare'
import type { Normalization, Preprocessing } from '#common/ipc/training'
import { median } from '../median'
import type { Choice } from './choice'

/** How many times a label's own spread is kept to both sides, and how many make a unit. */
const SPREADS = 10
const UNIT = 3

export interface IntensityScale {
  /** Median over labels of their median, and of half the range between the 16th and 84th percentile. */
  readonly centre: number
  readonly spread: number
}

/**
 * A label's own spread is what two neighbouring tissues must be told apart against, so it sets the scale: percentiles over all
 * labelled voxels together (nnU-Net's habit for CT) would be stretched by air and bone, and soft tissues would look alike.
 * @returns null when nothing is labelled.
 */
export function intensityScale(fingerprints: readonly Fingerprint[]): IntensityScale | null {
  const labels = fingerprints[0]?.labels.length ?? 0
  const perLabel = Array.from({ length: labels }, (_, n) => fingerprints.flatMap(one => one.labels[n] ?? []))
    .filter(found => found.length > 0)
    .map(found => ({
      centre: median(found.map(label => label.median)),
      spread: median(found.map(label => (label.percentile84 - label.percentile16) / 2)),
    }))
  if (perLabel.length === 0) return null
  const spread = median(perLabel.map(label => label.spread))
  const [low, high] = rangeOf(fingerprints)
  // Labels of one grey value, drawings for example, have no spread of their own.
  return { centre: median(perLabel.map(label => label.centre)), spread: spread > 0 ? spread : (high - low) / 20 || 1 }
}

const rangeOf = (fingerprints: readonly Fingerprint[]): readonly [number, number] => [
  Math.min(...fingerprints.map(({ range }) => range[0])),
  Math.max(...fingerprints.map(({ range }) => range[1])),
]

export function chooseClip({ centre, spread }: IntensityScale): Choice<Preprocessing['clip']> {
  const low = Math.round(centre - SPREADS * spread)
  const high = Math.round(centre + SPREADS * spread)
  return {
    value: [low, Math.max(high, low + 1)],
    reason: `the labels' usual value (${round(centre)}) and ${SPREADS} times their usual spread (${round(spread)}) to both sides; beyond, values tell nothing about them`,
  }
}

export function chooseNormalization({ centre, spread }: IntensityScale): Choice<Preprocessing['normalization']> {
  return {
    value: { mean: round(centre), sd: round(UNIT * spread) },
    reason: `values are counted from the labels' usual value, in units of ${UNIT} times their usual spread`,
  }
}

export const showNormalization = (normalization: Normalization): string =>
  'mean' in normalization
    ? `mean ${normalization.mean}, sd ${normalization.sd}`
    : { 'z-score': "mean and sd of each image's voxels", 'unit-range': "0 to 1 over each image's voxels" }[
        normalization.perImage
      ]

const round = (value: number): number => Number(value.toPrecision(4))
