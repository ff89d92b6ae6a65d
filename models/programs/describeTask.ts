// Descriptions by task: the configuration a user has chosen, with the sizes it will train on.
import { autoencoder } from '../architectures/autoencoder'
import { unet } from '../architectures/unet'
import { sample, vae } from '../architectures/vae'
import { input, type Value } from '../ir'
import { autoencoderTraining, type AutoencoderOptions } from './autoencoder'
import { checkBatch } from './batch'
import { describeModel, type Description } from './describe'
import { segmentationTraining, type SegmentationOptions } from './segmentation'
import { vaeTraining, type VaeOptions } from './vae'

/** @throws ModelError shape-mismatch | config-invalid naming the layer, too-much-memory above `limitBytes`. */
export function describeSegmentation(options: SegmentationOptions, limitBytes?: number): Description {
  const { model, batch, patch } = options
  const image = images(batch, [model.channels, ...patch])
  return describeModel(
    context => unet(model, context, image)[0]!,
    () => segmentationTraining(options),
    limitBytes,
  )
}

/** @throws ModelError shape-mismatch | config-invalid naming the layer, too-much-memory above `limitBytes`. */
export function describeAutoencoder(options: AutoencoderOptions, limitBytes?: number): Description {
  const image = images(options.batch, options.model.shape)
  return describeModel(
    context => {
      const { encode, decode } = autoencoder(options.model, context)
      return decode(encode(image)).output
    },
    () => autoencoderTraining(options),
    limitBytes,
  )
}

/** @throws ModelError shape-mismatch | config-invalid naming the layer, too-much-memory above `limitBytes`. */
export function describeVae(options: VaeOptions, limitBytes?: number): Description {
  const image = images(options.batch, options.model.shape)
  const noise = input('noise', 'float32', [options.batch, options.model.latent])
  return describeModel(
    context => {
      const { encode, decode } = vae(options.model, context)
      return decode(sample(encode(image), noise)).output
    },
    () => vaeTraining(options),
    limitBytes,
  )
}

function images(batch: number, shape: readonly number[]): Value {
  checkBatch(batch)
  return input('image', 'float32', [batch, ...shape])
}
