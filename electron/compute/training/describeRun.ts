// What a run that learns codes will need, found out from its config and the shape of its images before anything is allocated.
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import { codeUnits } from '#models/architectures/autoencoder'
import type { AutoencoderConfig } from '#models/architectures/autoencoderConfig'
import { isPruned } from '#models/architectures/connections'
import { pruningEpochs } from '#models/architectures/pruning'
import { autoencoderLossSchema, vaeLossSchema } from '#models/losses/latentConfig'
import { optimizerSchema } from '#models/optimizers/config'
import type { EncoderConfig } from '#models/programs/classifier'
import type { Description } from '#models/programs/describe'
import { describeAutoencoder, describeVae } from '#models/programs/describeTask'
import { asAppErrors } from '../engineErrors'
import { trainingMemoryBytes } from '../memoryLimit'
import { autoencoderModel, denseStack, encoderModel, vaeModel } from './latentNetwork'

/** The network that a config and the shape of one image make. @throws config-invalid naming the field, or for a pruning in a single epoch. */
export function encoderOf(config: LatentTrainConfig, shape: readonly number[]): EncoderConfig {
  switch (config.task) {
    case 'classifier':
      return encoderModel(config, shape)
    case 'vae':
      return { task: 'vae', model: vaeModel(config.model, shape) }
    case 'layerwise':
      return prunable(config, denseStack(config.model, shape))
    case 'autoencoder':
      return prunable(config, autoencoderModel(config.model, shape))
  }
}

function prunable({ epochs }: LatentTrainConfig, model: AutoencoderConfig): EncoderConfig {
  if (isPruned(model)) asAppErrors(() => pruningEpochs(epochs))
  return { task: 'autoencoder', model }
}

/** Units of the code. */
export const unitsOf = (encoder: EncoderConfig): number =>
  encoder.task === 'vae' ? encoder.model.latent : codeUnits(encoder.model)

/** @throws shape-mismatch | config-invalid naming the layer; too-much-memory naming the largest one. */
export function describeRun(
  { loss, optimizer: given, batch, task }: LatentTrainConfig,
  encoder: EncoderConfig,
  limitBytes = trainingMemoryBytes(),
): Description {
  return asAppErrors(() => {
    const optimizer = optimizerSchema.parse({ kind: 'adam', ...given })
    // A classifier is its encoder and one layer more; its decoder is not built, so this is an upper bound.
    const own = task === 'classifier' ? {} : loss
    return encoder.task === 'vae'
      ? describeVae({ model: encoder.model, loss: vaeLossSchema.parse(own), optimizer, batch }, limitBytes)
      : describeAutoencoder(
          { model: encoder.model, loss: autoencoderLossSchema.parse(own), optimizer, batch },
          limitBytes,
        )
  })
}
