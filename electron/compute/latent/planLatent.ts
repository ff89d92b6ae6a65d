// What a run that learns codes would be, before it starts: complete settings, sizes, memory, and why it could not start.
import { totalmem } from 'node:os'
import { asSagittaError } from '#common/errors'
import type { LatentPlan } from '#common/ipc/latent'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import { autoencoderLossSchema, vaeLossSchema } from '#models/losses/latentConfig'
import { optimizerSchema } from '#models/optimizers/config'
import { describeAutoencoder, describeVae } from '#models/programs/describeTask'
import type { Description } from '#models/programs/describe'
import type { EncoderConfig } from '#models/programs/classifier'
import { asAppErrors } from '../engineErrors'
import { openSplit } from '../training/latentRun'
import {
  autoencoderNetwork,
  autoencoderModel,
  denseStack,
  encoderModel,
  refuseOvercomplete,
  vaeNetwork,
} from '../training/latentNetwork'
import type { WorkOptions } from './codeSet'

/** A training may take this share of the machine's memory; window, services and system need the rest. */
const MEMORY_SHARE = 0.6

const NOTHING = { parameters: 0, estimatedMb: 0, images: { train: 0, validation: 0, shape: [] } } as const

export async function planLatent(
  config: LatentTrainConfig,
  headers: readonly string[],
  validationHeaders: readonly string[],
  { signal = new AbortController().signal }: WorkOptions = {},
): Promise<LatentPlan> {
  try {
    const split = await openSplit({ config, headers, validationHeaders, signal })
    const { train, validation } = split
    const { encoder, units } = encoderOf(config, train.shape)
    refuseOvercomplete(config, units, train.elements)
    const { parameters, trainingBytes } = describe(config, encoder)
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

function encoderOf(config: LatentTrainConfig, shape: readonly number[]): { encoder: EncoderConfig; units: number } {
  if (config.task === 'vae') return vaeNetwork(config, shape, 1)
  if (config.task === 'classifier') {
    const encoder = encoderModel(config, shape)
    return { encoder, units: 0 }
  }
  const model = config.task === 'layerwise' ? denseStack(config.model, shape) : autoencoderModel(config.model, shape)
  return autoencoderNetwork(model, config, 1)
}

function describe({ loss, optimizer: given, batch, task }: LatentTrainConfig, encoder: EncoderConfig): Description {
  return asAppErrors(() => {
    const optimizer = optimizerSchema.parse({ kind: 'adam', ...given })
    const limit = totalmem() * MEMORY_SHARE
    // A classifier is its encoder and one layer more; its decoder is not built, so this is an upper bound.
    const own = task === 'classifier' ? {} : loss
    return encoder.task === 'vae'
      ? describeVae({ model: encoder.model, loss: vaeLossSchema.parse(own), optimizer, batch }, limit)
      : describeAutoencoder({ model: encoder.model, loss: autoencoderLossSchema.parse(own), optimizer, batch }, limit)
  })
}
