// What a run that learns codes would be, before it starts: complete settings, sizes, memory, and why it could not start.
import { asSagittaError } from '#common/errors'
import type { LatentPlan } from '#common/ipc/latent'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import { describeRun, encoderOf, unitsOf } from '../training/describeRun'
import { openSplit } from '../training/latentRun'
import { refuseOvercomplete } from '../training/latentNetwork'
import { takenEncoder } from '../training/takenEncoder'
import type { WorkOptions } from './codeSet'

const NOTHING = { parameters: 0, estimatedMb: 0, images: { train: 0, validation: 0, shape: [] } } as const

/** @param config names the run whose encoder is taken, if any, by its whole path: the run has no folder of its own yet. */
export async function planLatent(
  config: LatentTrainConfig,
  headers: readonly string[],
  validationHeaders: readonly string[],
  { signal = new AbortController().signal }: WorkOptions = {},
): Promise<LatentPlan> {
  try {
    const split = await openSplit({ config, headers, validationHeaders, signal })
    const { train, validation } = split
    const run = config.task === 'classifier' ? config.classifier.encoder : null
    const encoder = run === null ? encoderOf(config, train.shape) : await takenEncoder(run, train.shape)
    refuseOvercomplete(config, unitsOf(encoder), train.elements)
    const { parameters, trainingBytes } = describeRun(config, encoder)
    const refusals =
      train.count < config.batch
        ? [`There are ${train.count} images to train on, and a batch takes ${config.batch}. Choose a smaller batch.`]
        : []
    return {
      config: { ...config, scale: train.scale },
      parameters,
      estimatedMb: Math.round(trainingBytes / 2 ** 20),
      images: { train: train.count, validation: validation.count, shape: [...train.shape] },
      refusals,
      notices: [...split.notices],
    }
  } catch (thrown) {
    const error = asSagittaError(thrown)
    if (error.code === 'cancelled' || error.code === 'internal') throw error
    return { config, ...NOTHING, images: { ...NOTHING.images, shape: [] }, refusals: [error.message], notices: [] }
  }
}
