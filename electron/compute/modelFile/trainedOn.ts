// What a model's training images looked like, as its file keeps it; and how far another image is from them.
import { z } from 'zod'
import type { ImageFacts } from '../datasets/imageFacts'

const triple = z.tuple([z.number(), z.number(), z.number()])

export const trainedOnSchema = z.object({
  images: z.number().int().positive(),
  /** Smallest and largest acquired voxel, [x, y, z]; null when no training image told. */
  spacingMm: z.object({ min: triple, max: triple }).nullable(),
  /** After preprocessing, as the network sees them: over all images together, and how far the farthest image is from that. */
  intensity: z.object({
    mean: z.number(),
    sd: z.number(),
    /** At evenly spaced shares: 0.025, 0.075... 0.975. */
    quantiles: z.array(z.number()).min(1),
    spread: z.number(),
  }),
})
export type TrainedOn = z.infer<typeof trainedOnSchema>

/** @param images at least one */
export function trainedOn(images: readonly ImageFacts[]): TrainedOn {
  const shares = images[0]!.quantiles.map((_, share) => meanOf(images.map(({ quantiles }) => quantiles[share]!)))
  const mean = meanOf(shares)
  const told = images.flatMap(({ spacingMm }) => (spacingMm ? [spacingMm] : []))
  return {
    images: images.length,
    spacingMm: told.length === 0 ? null : { min: extreme(told, Math.min), max: extreme(told, Math.max) },
    intensity: {
      mean,
      sd: Math.sqrt(meanOf(shares.map(value => (value - mean) ** 2))),
      quantiles: shares,
      spread: Math.max(...images.map(({ quantiles }) => apart(quantiles, shares).distance)),
    },
  }
}

/**
 * How far two distributions are apart, as their quantiles at the same shares tell: the mean distance that values must be moved (the
 * 1-Wasserstein distance), and by how much the second lies above the first on average.
 */
export function apart(a: readonly number[], b: readonly number[]): { distance: number; shift: number } {
  const differences = a.map((value, share) => value - b[share]!)
  return { distance: meanOf(differences.map(Math.abs)), shift: meanOf(differences) }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const extreme = (spacings: readonly (readonly [number, number, number])[], of: (...values: number[]) => number) =>
  [0, 1, 2].map(axis => of(...spacings.map(spacing => spacing[axis]!))) as [number, number, number]
