// What the CPU gets trains like the plain graph: five losses of each architecture, side by side.
import { describe, expect, test } from 'vitest'
import { channelBlock } from '#compute/runtime/channelBlock'
import { autoencoderConfigSchema } from '../architectures/autoencoderConfig'
import { unetConfigSchema } from '../architectures/unetConfig'
import { vaeConfigSchema } from '../architectures/vaeConfig'
import { autoencoderLossSchema, vaeLossSchema } from '../losses/latentConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '../losses/segmentationConfig'
import { optimizerSchema } from '../optimizers/config'
import { blobs, discs, trainOnBatch } from '../testing/batches'
import { autoencoderPrograms } from './autoencoder'
import { segmentationPrograms } from './segmentation'
import { vaePrograms } from './vae'

const STEPS = 5
const adam = optimizerSchema.parse({ kind: 'adam', clipNorm: 5 })

async function expectSameLosses(
  programs: Parameters<typeof trainOnBatch>[0],
  feeds: Parameters<typeof trainOnBatch>[1],
): Promise<void> {
  const plain = await trainOnBatch(programs, feeds, STEPS)
  const lowering = { target: 'cpu', channelBlock: await channelBlock() } as const
  const lowered = await trainOnBatch(programs, feeds, STEPS, 7, lowering)
  plain.losses.forEach((loss, i) =>
    expect(Math.abs(lowered.losses[i]! - loss), `step ${i}: ${lowered.losses[i]} and ${loss}`).toBeLessThan(
      1e-3 * Math.max(1, loss),
    ),
  )
}

const unet = (patch: readonly number[], model: Parameters<typeof unetConfigSchema.parse>[0]) =>
  segmentationPrograms({
    model: unetConfigSchema.parse(model),
    loss: DEFAULT_SEGMENTATION_LOSS,
    optimizer: adam,
    batch: 2,
    patch,
  })

describe('programs lowered for CPU', () => {
  test('a U-Net of images, with kernels larger than what they see at the bottom', () =>
    expectSameLosses(unet([32, 32], { depth: 3, width: 16 }), discs([32, 32], 2)))

  test('a U-Net of images with rectifiers and without normalisation', () =>
    expectSameLosses(unet([32, 32], { depth: 2, activation: 'relu', normalisation: 'none' }), discs([32, 32], 2)))

  test('a U-Net of volumes', () =>
    expectSameLosses(unet([8, 16, 16], { dimensions: 3, depth: 2, width: 16 }), discs([8, 16, 16], 2)))

  test('a convolutional autoencoder', () => {
    const model = autoencoderConfigSchema.parse({ kind: 'convolutional', shape: [1, 32, 32], code: 8 })
    const loss = autoencoderLossSchema.parse({})
    return expectSameLosses(autoencoderPrograms({ model, loss, optimizer: adam, batch: 4 }), {
      image: blobs([32, 32], 4),
    })
  })

  test('a dense VAE', () => {
    const model = vaeConfigSchema.parse({ shape: [1, 16, 16], latent: 4 })
    return expectSameLosses(vaePrograms({ model, loss: vaeLossSchema.parse({}), optimizer: adam, batch: 8 }), {
      image: blobs([16, 16], 8),
    })
  })
})
