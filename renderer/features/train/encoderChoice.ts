// The encoder that a classifier takes, and what that wants of images. Pure.
import type { EncoderFacts } from '#common/ipc/latent'

/** Air is below, every tissue above (HU). */
export const BODY_ABOVE = -500

/** In place of a run: an encoder that starts at random. */
export const RANDOM = 'random'

export interface Encoder {
  readonly run: string
  readonly name: string
  /** null until its model was read. */
  readonly facts: EncoderFacts | null
}

/** What a classifier is made with beside its cases. */
export interface ClassifierGiven {
  /** null: it starts at random. */
  readonly encoder: Encoder | null
  /** How many labels are to be told from each other. */
  readonly labels: number
}
export const NOTHING_GIVEN: ClassifierGiven = { encoder: null, labels: 0 }

/** How its own images were made: it understands no others. */
export const madeFor = ({ shape, scale, preparation }: EncoderFacts) => ({
  unit: preparation.unit === 'patches' ? ('patches' as const) : ('slices' as const),
  ...{ size: shape[1]!, fit: preparation.fit, crop: preparation.crop !== null, window: scale },
})

/** Why the scans of a project can't be cut into what it takes; null when they can. */
export function unfitting({ shape, preparation }: EncoderFacts): string | null {
  const [channels, rows, columns] = shape
  const cutAlike =
    preparation.kind === 'studies' && (preparation.crop === null || preparation.crop.above === BODY_ABOVE)
  if (cutAlike && channels === 1 && rows === columns) return null
  return `the chosen encoder takes ${shape.join(' × ')} images, cut in a way that scans are not cut here. Choose another one, or random start.`
}
