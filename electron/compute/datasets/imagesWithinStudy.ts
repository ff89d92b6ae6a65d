// The split inside scans for images of slices: one block of slices of each volume judges. Its figures say "same scan, not generalisation".
import { SagittaError } from '#common/errors'
import { randomStream } from '#models/layers/random'
import type { ImageSet } from './imageSet'

/** Share of a volume's slices left out on each side of the held-out block: neighbours look alike. */
const GAP_SHARE = 0.02
/** The block stays away from the ends by this share: the first and last slices show little. */
const MARGIN_SHARE = 0.1

/**
 * Deterministic in the seed. All images of a slice are on one side; those of the gaps on none.
 * @throws no-training-data for images that are no parts of volumes, or when a volume has too few slices for both sides.
 */
export function splitWithinStudies(
  images: ImageSet,
  fraction: number,
  seed: number,
): { readonly train: ImageSet; readonly validation: ImageSet } {
  const sides = new Map<string, (k: number) => 'train' | 'validation' | null>()
  for (const [volume, { patient, slices }] of slicesOf(images))
    sides.set(volume, sidesOf(volume, patient || volume, slices, fraction, seed))
  const on = (side: 'train' | 'validation'): number[] =>
    [...images.items.entries()].flatMap(([n, { place }]) => (sides.get(place!.volume)!(place!.k) === side ? [n] : []))
  return { train: images.subset(on('train')), validation: images.subset(on('validation')) }
}

/** Slices that have images, ascending, by volume. */
function slicesOf(images: ImageSet): Map<string, { readonly patient: string; readonly slices: number[] }> {
  const volumes = new Map<string, { patient: string; slices: Set<number> }>()
  for (const { place, patient } of images.items) {
    if (!place)
      throw new SagittaError(
        'no-training-data',
        `${images.name} holds pictures, not slices of volumes: they can't be split within a scan. Split by patient, or name other images as validation.`,
      )
    const known = volumes.get(place.volume) ?? { patient, slices: new Set<number>() }
    known.slices.add(place.k)
    volumes.set(place.volume, known)
  }
  return new Map(
    [...volumes].map(([volume, { patient, slices }]) => [
      volume,
      { patient, slices: [...slices].sort((a, b) => a - b) },
    ]),
  )
}

function sidesOf(volume: string, name: string, slices: readonly number[], fraction: number, seed: number) {
  const count = slices.length
  const block = Math.max(1, Math.round(count * fraction))
  const gap = Math.max(1, Math.round(count * GAP_SHARE))
  const margin = Math.round(count * MARGIN_SHARE)
  const last = Math.max(0, count - block - margin)
  const first = Math.min(margin, last)
  const start = first + Math.floor(randomStream(seed, `split/${volume}`).uniform() * (last - first + 1))
  const held = slices.slice(start, start + block)
  const learning = new Set(slices.filter((_, n) => n < start - gap || n >= start + block + gap))
  if (learning.size === 0)
    throw new SagittaError(
      'no-training-data',
      `${name} shows ${count} ${count === 1 ? 'slice' : 'slices'}: too few to hold some out and leave a gap. Take more slices, or split by patient.`,
      { volume, slices: count },
    )
  const judging = new Set(held)
  return (k: number): 'train' | 'validation' | null =>
    judging.has(k) ? 'validation' : learning.has(k) ? 'train' : null
}
