// Layerwise training: each layer as an autoencoder on the codes of the one before, each with its own curve, then put together.
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SagittaError, cancelled } from '#common/errors'
import { RUN_CHECKPOINTS } from '#common/project/run'
import { STAGES_FOLDER } from '#common/project/latentFiles'
import type { DenseAutoencoderConfig } from '#models/architectures/autoencoderConfig'
import { layerwiseStages, stackStages, type Stage } from '#models/programs/layerwise'
import type { StateValues } from '#models/programs/types'
import { ImageSet } from '../datasets/imageSet'
import { asAppErrors } from '../engineErrors'
import { ReadingSession } from '../runtime/readingSession'
import { StateTensors } from '../runtime/stateTensors'
import { averagedNames } from './averaged'
import { loadCheckpoint, type Checkpoint } from './checkpoint'
import { readingBatch } from './imageBatches'
import { ImageTask } from './imageTask'
import { autoencoderNetwork, type LatentNetwork } from './latentNetwork'
import type { LatentParts } from './latentParts'
import { START } from './progress'
import { configHash } from './runFolder'
import { loopOn } from './runTask'

/**
 * @param whole the stack as one network
 * @returns its state with every layer in place
 * @throws cancelled between or within stages; `--resume` goes on in the stage that was not finished.
 */
export async function trainStages(
  parts: LatentParts,
  stack: DenseAutoencoderConfig,
  whole: LatentNetwork,
): Promise<StateValues> {
  const { config, report, signal } = parts.options
  const stages = layerwiseStages(stack)
  const trained: StateValues[] = []
  let { train, validation } = parts.split
  for (const stage of stages) {
    if (signal.aborted) throw cancelled('Layerwise training')
    const text = `Layer ${stage.layer + 1} of ${stages.length}: ${train.elements} to ${stage.model.widths[0]} units`
    report({ kind: 'stage', stage: 'training', text })
    const network = autoencoderNetwork(stage.model, config.layerwise, config.batch)
    const state = await trainStage(parts, stage, network, { train, validation }, text)
    trained.push(state)
    if (stage.layer < stages.length - 1) {
      const encode = await encoderOf(network, state, parts)
      train = await encode(train)
      validation = await encode(validation)
      await encode.release()
    }
  }
  return asAppErrors(() => stackStages(trained, whole.initialState(config.seed)))
}

async function trainStage(
  { options, folder, session }: LatentParts,
  { layer }: Stage,
  network: LatentNetwork,
  images: { readonly train: ImageSet; readonly validation: ImageSet },
  text: string,
): Promise<StateValues> {
  const { config, resume } = options
  const stage = `layer-${layer + 1}`
  const path = join(folder.path, STAGES_FOLDER, stage)
  const checkpoint = join(path, RUN_CHECKPOINTS, 'last.ckpt')
  await mkdir(path, { recursive: true })
  const task = new ImageTask({
    ...{ network, ...images, session, batch: config.batch, seed: config.seed + layer },
    epochs: config.layerwise.epochs,
    keep: async () => undefined,
  })
  const saved = resume && existsSync(checkpoint) ? await ownCheckpoint(checkpoint, configHash(config)) : null
  const start = saved ?? { progress: START, state: network.initialState(config.seed + layer) }
  const run = { options, folder, session, program: network.train, task, text, stage }
  const { state, ended } = await loopOn(run, start, {
    ...{ path, checkpoint, epochs: config.layerwise.epochs, maxSeconds: null, patience: null },
  })
  if (ended.state === 'stopped') throw cancelled('Layerwise training')
  return state
}

async function ownCheckpoint(path: string, hash: string): Promise<Checkpoint> {
  const saved = await loadCheckpoint(path)
  if (saved.configHash === hash) return saved
  throw new SagittaError(
    'config-invalid',
    `${path} was trained with other settings. Resume the run with its own config, or start a new run.`,
    { path },
  )
}

/** Codes of images as images of the next stage, in the same order and with the same items. */
async function encoderOf(network: LatentNetwork, values: StateValues, { session }: LatentParts) {
  const program = network.encode()
  const reading = await ReadingSession.open(program, session)
  const state = new StateTensors(program.state, values)
  const named = averagedNames([])
  const encode = async (images: ImageSet): Promise<ImageSet> => {
    const codes = new Float32Array(images.count * network.units)
    const batch = readingBatch(images.elements)
    for (let first = 0; first < images.count; first += batch) {
      const size = Math.min(batch, images.count - first)
      const data = images.gather(Uint32Array.from({ length: size }, (_, n) => first + n))
      const { code } = await reading.run({ image: { data, shape: [size, ...images.shape] } }, state, named)
      codes.set(code!, first * network.units)
    }
    return ImageSet.of({
      ...{ name: `codes of ${images.name}`, shape: [network.units], values: codes, items: images.items },
      ...{ classNames: images.classNames, scale: null },
    })
  }
  return Object.assign(encode, { release: () => reading.release() })
}
