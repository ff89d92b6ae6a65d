// Five training steps of a small 2-D U-Net, a 3-D U-Net and a VAE on the provider named by the argument; prints the losses as JSON, and where the
// state lay. A process of its own, as a graphics driver may end it, and as the driver is chosen by the environment.
import { unetConfigSchema } from '#models/architectures/unetConfig'
import { vaeConfigSchema } from '#models/architectures/vaeConfig'
import { randomStream } from '#models/layers/random'
import { vaeLossSchema } from '#models/losses/latentConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '#models/losses/segmentationConfig'
import { optimizerSchema } from '#models/optimizers/config'
import { segmentationPrograms } from '#models/programs/segmentation'
import type { Program, StateValues } from '#models/programs/types'
import { vaePrograms } from '#models/programs/vae'
import { noiseFeeds } from '../runtime/noise'
import { ProgramSession } from '../runtime/programSession'
import { StateTensors } from '../runtime/stateTensors'
import type { Feeds } from '../runtime/feeds'

const STEPS = 5
/** This step is computed twice, taken once, and read back as a checkpoint that training goes on from. */
const READ_BACK = 2
const SEED = 3
const adam = optimizerSchema.parse({ kind: 'adam' })

interface Programs {
  readonly train: Program
  readonly initialState: (seed: number) => StateValues
}

const unet = (patch: readonly number[]): Programs =>
  segmentationPrograms({
    model: unetConfigSchema.parse({ dimensions: patch.length, width: 4, depth: 2 }),
    loss: DEFAULT_SEGMENTATION_LOSS,
    optimizer: adam,
    batch: 1,
    patch,
  })

const vae = (): Programs =>
  vaePrograms({
    model: vaeConfigSchema.parse({ shape: [1, 8, 8], latent: 3, network: { kind: 'dense', widths: [16] } }),
    loss: vaeLossSchema.parse({}),
    optimizer: adam,
    batch: 4,
  })

/** Noise as image, its sign as target. */
function feedsOf({ inputs }: Program): Feeds {
  const { normal } = randomStream(SEED, 'parity')
  const feeds: Record<string, Float32Array | Int32Array> = {}
  for (const { name, dtype, shape, random } of inputs) {
    if (random) continue
    const values = Float32Array.from({ length: shape.reduce<number>((n, size) => n * Number(size), 1) }, normal)
    if (dtype === 'int32') feeds[name] = Int32Array.from(values, value => (value > 0 ? 1 : 0))
    else feeds[name] = name === 'weight' ? values.fill(1) : values
  }
  return feeds
}

interface Trained {
  readonly losses: readonly number[]
  /** Of the state's tensors after the last step. */
  readonly locations: readonly string[]
}

async function train({ train, initialState }: Programs, provider: string): Promise<Trained> {
  const session = await ProgramSession.open(train, { provider, threads: 1 })
  let state = new StateTensors(train.state, initialState(SEED), provider)
  const losses: number[] = []
  for (let step = 0; step < STEPS; step++) {
    const feeds = { ...feedsOf(train), ...noiseFeeds(train.inputs, SEED, step) }
    if (step === READ_BACK) await session.run(feeds, state)
    const { loss } = await session.run(feeds, state)
    state.accept()
    losses.push(loss![0]!)
    if (step !== READ_BACK) continue
    const values = await state.snapshot()
    await state.release()
    state = new StateTensors(train.state, values, provider)
  }
  const locations = train.state.filter(({ next }) => next !== null).map(({ name }) => state.current(name).location)
  await state.release()
  await session.release()
  return { losses, locations: [...new Set(locations)] }
}

async function main(provider: string): Promise<void> {
  const result = {
    unet2d: await train(unet([16, 16]), provider),
    unet3d: await train(unet([8, 8, 8]), provider),
    vae: await train(vae(), provider),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  // Not by itself: a graphics driver's threads may outlive the sessions.
  process.exit(0)
}

void main(process.argv[2] ?? 'cpu')
