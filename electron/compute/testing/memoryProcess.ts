// A training step in a process of its own: `memoryProcess NAME` prints what the description estimates and what the process really took, in bytes.
import { readFileSync } from 'node:fs'
import { autoencoderConfigSchema, type AutoencoderConfigInput } from '#models/architectures/autoencoderConfig'
import { unetConfigSchema, type UnetConfigInput } from '#models/architectures/unetConfig'
import { vaeConfigSchema, type VaeConfigInput } from '#models/architectures/vaeConfig'
import { autoencoderLossSchema, vaeLossSchema } from '#models/losses/latentConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '#models/losses/segmentationConfig'
import { optimizerSchema } from '#models/optimizers/config'
import { autoencoderTraining } from '#models/programs/autoencoder'
import type { Description } from '#models/programs/describe'
import { describeAutoencoder, describeSegmentation, describeVae } from '#models/programs/describeTask'
import { segmentationTraining } from '#models/programs/segmentation'
import type { TrainingStep } from '#models/programs/training'
import { vaeTraining } from '#models/programs/vae'
import { noiseFeeds } from '../runtime/noise'
import { ProgramSession } from '../runtime/programSession'
import { StateTensors } from '../runtime/stateTensors'

interface MemoryCase {
  readonly describe: () => Description
  readonly training: () => TrainingStep
}

const optimizer = optimizerSchema.parse({ kind: 'adam' })

function unet(model: UnetConfigInput, batch: number, patch: readonly number[]): MemoryCase {
  const options = { model: unetConfigSchema.parse(model), loss: DEFAULT_SEGMENTATION_LOSS, optimizer, batch, patch }
  return { describe: () => describeSegmentation(options), training: () => segmentationTraining(options) }
}

function autoencoder(model: AutoencoderConfigInput, batch: number): MemoryCase {
  const options = {
    model: autoencoderConfigSchema.parse(model),
    loss: autoencoderLossSchema.parse({}),
    optimizer,
    batch,
  }
  return { describe: () => describeAutoencoder(options), training: () => autoencoderTraining(options) }
}

function vae(model: VaeConfigInput, batch: number): MemoryCase {
  const options = { model: vaeConfigSchema.parse(model), loss: vaeLossSchema.parse({}), optimizer, batch }
  return { describe: () => describeVae(options), training: () => vaeTraining(options) }
}

const CASES: Readonly<Record<string, () => MemoryCase>> = {
  'unet-2d': () => unet({ width: 16 }, 4, [128, 128]),
  'unet-3d': () => unet({ dimensions: 3, width: 8, depth: 3 }, 1, [32, 64, 64]),
  'autoencoder-dense': () => autoencoder({ kind: 'dense', shape: [1, 64, 64], widths: [2000, 100] }, 128),
  'autoencoder-convolutional': () =>
    autoencoder({ kind: 'convolutional', shape: [1, 128, 128], width: 16, depth: 3, code: 64 }, 16),
  'vae-dense': () => vae({ shape: [1, 64, 64], latent: 50, network: { kind: 'dense', widths: [2000, 500] } }, 128),
  'vae-convolutional': () =>
    vae({ shape: [1, 128, 128], latent: 32, network: { kind: 'convolutional', width: 16, depth: 3 } }, 16),
}

const STEPS = 4

function feedsOf({ program }: TrainingStep): Record<string, Float32Array | Int32Array> {
  const fed = program.inputs.filter(({ random }) => !random)
  return Object.fromEntries(
    fed.map(({ name, dtype, shape }) => {
      const length = shape.reduce<number>((n, size) => n * Number(size), 1)
      return [name, dtype === 'int32' ? new Int32Array(length) : new Float32Array(length).fill(0.5)]
    }),
  )
}

/** Bytes that the process had in memory at most (VmHWM) and has now (VmRSS), from Linux's own account. */
function resident(field: 'VmHWM' | 'VmRSS'): number {
  const kilobytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return 1024 * Number(kilobytes)
}

async function main(name: string): Promise<void> {
  const { describe, training } = CASES[name]!()
  const { trainingBytes: estimated } = describe()
  const step = training()
  const before = resident('VmRSS')
  const session = await ProgramSession.open(step.program, { provider: 'cpu', threads: 2 })
  const state = new StateTensors(step.program.state, step.initialState(1))
  const feeds = feedsOf(step)
  for (let n = 0; n < STEPS; n++) {
    await session.run({ ...feeds, ...noiseFeeds(step.program.inputs, 1, n) }, state)
    state.accept()
  }
  const measured = resident('VmHWM') - before
  process.stdout.write(`${JSON.stringify({ estimated, measured })}\n`)
  process.exit(0)
}

void main(process.argv[2] ?? '')
