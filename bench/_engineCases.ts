// What the engine bench measures: a training step of each architecture, and the numbers PyTorch needs to build the same network.
import { autoencoderConfigSchema } from '#models/architectures/autoencoderConfig'
import { unetConfigSchema } from '#models/architectures/unetConfig'
import { vaeConfigSchema } from '#models/architectures/vaeConfig'
import { randomStream } from '#models/layers/random'
import { autoencoderLossSchema, vaeLossSchema } from '#models/losses/latentConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '#models/losses/segmentationConfig'
import { optimizerSchema } from '#models/optimizers/config'
import { autoencoderPrograms } from '#models/programs/autoencoder'
import { segmentationPrograms } from '#models/programs/segmentation'
import { vaePrograms } from '#models/programs/vae'
import type { Program, StateValues } from '#models/programs/types'

export interface EngineCase {
  readonly name: string
  readonly programs: () => { readonly train: Program; readonly initialState: (seed: number) => StateValues }
  /** What `engineTorch.py` builds. */
  readonly peer: Readonly<Record<string, unknown>>
}

interface UnetCase {
  readonly batch: number
  readonly patch: readonly number[]
  readonly channels: number
  readonly classes: number
  readonly width: number
  readonly depth: number
}

const adam = optimizerSchema.parse({ kind: 'adam' })

/** Instance normalisation, leaky rectifiers, Dice with cross entropy, Adam. */
const unet = (name: string, sizes: UnetCase): EngineCase => ({
  name,
  programs: () => {
    const { batch, patch, ...model } = sizes
    return segmentationPrograms({
      model: unetConfigSchema.parse({ ...model, dimensions: patch.length }),
      loss: DEFAULT_SEGMENTATION_LOSS,
      optimizer: adam,
      batch,
      patch,
    })
  },
  peer: { kind: 'unet', ...sizes },
})

const BATCH = 128
const WIDTH = 400

export const CASES: readonly EngineCase[] = [
  unet('2-D U-Net, batch 4, 144x112, 3 channels, width 16', {
    batch: 4,
    patch: [144, 112],
    channels: 3,
    classes: 5,
    width: 16,
    depth: 4,
  }),
  unet('2-D U-Net, batch 4, 256x256, width 16', {
    batch: 4,
    patch: [256, 256],
    channels: 1,
    classes: 2,
    width: 16,
    depth: 4,
  }),
  unet('2-D U-Net, batch 8, 256x256, width 32', {
    batch: 8,
    patch: [256, 256],
    channels: 1,
    classes: 2,
    width: 32,
    depth: 4,
  }),
  unet('3-D U-Net, batch 1, 32x64x64, width 16', {
    batch: 1,
    patch: [32, 64, 64],
    channels: 1,
    classes: 2,
    width: 16,
    depth: 3,
  }),
  {
    name: 'dense autoencoder, 128 images of 28x28',
    programs: () =>
      autoencoderPrograms({
        model: autoencoderConfigSchema.parse({ kind: 'dense', shape: [1, 28, 28], widths: [WIDTH, 20] }),
        loss: autoencoderLossSchema.parse({}),
        optimizer: adam,
        batch: BATCH,
      }),
    peer: { kind: 'autoencoder', batch: BATCH, pixels: 784, width: WIDTH, code: 20 },
  },
  {
    name: 'dense VAE, 128 images of 28x28',
    programs: () =>
      vaePrograms({
        model: vaeConfigSchema.parse({ shape: [1, 28, 28], latent: 20 }),
        loss: vaeLossSchema.parse({}),
        optimizer: adam,
        batch: BATCH,
      }),
    peer: { kind: 'vae', batch: BATCH, pixels: 784, width: WIDTH, code: 20 },
  },
]

/** Made-up data of the right types: normal images, random classes, every pixel counted. */
export function feedsOf({ inputs }: Program): Record<string, Float32Array | Int32Array> {
  const { normal, uniform } = randomStream(1, 'bench')
  const feeds: Record<string, Float32Array | Int32Array> = {}
  for (const { name, dtype, shape } of inputs) {
    const length = shape.reduce<number>((product, size) => product * Number(size), 1)
    if (dtype === 'int32') feeds[name] = Int32Array.from({ length }, () => Math.floor(2 * uniform()))
    else feeds[name] = Float32Array.from({ length }, name === 'weight' ? () => 1 : normal)
  }
  return feeds
}
