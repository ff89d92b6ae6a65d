// The small training program that every provider has to run like the CPU before it may do real work.
import { unetConfigSchema } from '#models/architectures/unetConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '#models/losses/segmentationConfig'
import { optimizerSchema } from '#models/optimizers/config'
import { randomStream } from '#models/layers/random'
import { segmentationPrograms } from '#models/programs/segmentation'
import type { Feeds } from '../runtime/feeds'
import type { Program, StateValues } from '#models/programs/types'

const BATCH = 2
const PATCH = [32, 32] as const
const CLASSES = 3

export interface ProbeProgram {
  readonly program: Program
  readonly initial: StateValues
  readonly feeds: Feeds
}

/** A U-Net of two levels with every operation of the real ones: convolutions, pooling, normalisation, up-convolution, Dice and cross entropy, Adam. */
export function probeProgram(): ProbeProgram {
  const { train, initialState } = segmentationPrograms({
    model: unetConfigSchema.parse({ classes: CLASSES, width: 8, depth: 2 }),
    loss: DEFAULT_SEGMENTATION_LOSS,
    optimizer: optimizerSchema.parse({ kind: 'adam' }),
    batch: BATCH,
    patch: PATCH,
  })
  const pixels = BATCH * PATCH[0] * PATCH[1]
  const random = randomStream(1, 'probe')
  const image = new Float32Array(pixels).map(() => random.normal())
  const target = Int32Array.from(image, value => (value > 1 ? 2 : value > 0 ? 1 : 0))
  return {
    program: train,
    initial: initialState(1),
    feeds: { image, target, weight: new Float32Array(pixels).fill(1) },
  }
}
