// Which loss a segmentation is trained with.
import { z } from 'zod'

const positive = z.number().positive().max(1e6)

/** A weight per class, background included where the head is softmax; null weighs all alike. */
const classWeights = z.array(z.number().min(0).max(1e6)).min(1).nullable().default(null)

/** Added to numerator and denominator of an overlap, in voxels: keeps it finite where a class is absent. */
const smooth = positive.default(1)

/** Every kind counts a voxel as often as its weight says: 0 leaves it out. */
export const segmentationLossSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('crossEntropy'), classWeights }),
  z.strictObject({ kind: z.literal('dice'), smooth }),
  z.strictObject({
    kind: z.literal('diceCrossEntropy'),
    smooth,
    classWeights,
    diceWeight: positive.default(1),
    crossEntropyWeight: positive.default(1),
  }),
  z.strictObject({ kind: z.literal('focal'), classWeights, gamma: z.number().min(0).max(10).default(2) }),
  z.strictObject({
    kind: z.literal('tversky'),
    smooth,
    /** Weight of false positives. */
    alpha: positive.default(0.3),
    /** Weight of false negatives. */
    beta: positive.default(0.7),
  }),
])

export type SegmentationLossConfig = z.infer<typeof segmentationLossSchema>
export type SegmentationLossInput = z.input<typeof segmentationLossSchema>

/** Dice plus cross entropy: small structures keep a gradient and probabilities stay calibrated. */
export const DEFAULT_SEGMENTATION_LOSS: SegmentationLossConfig = segmentationLossSchema.parse({
  kind: 'diceCrossEntropy',
})
