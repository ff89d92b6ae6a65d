// One run that learns codes, from its config to its run folder: autoencoder, VAE, layerwise stack, classifier.
import { SagittaError } from '#common/errors'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { MetricsRow, TrainResult } from '#common/ipc/training'
import type { StateValues } from '#models/programs/types'
import { openImages } from '../datasets/openImages'
import { labelledSplit } from '../datasets/labelledSplit'
import { givenSplit, splitImages, withinStudies, type ImageSplit } from '../datasets/splitImages'
import { classifierRun } from './classifierRun'
import { describeRun, encoderOf } from './describeRun'
import { imageKeys, refuseOtherImages } from './imageKeys'
import { ImageTask } from './imageTask'
import { byInputs } from './initialWeights'
import { writeLatentFiles } from './latentFiles'
import {
  autoencoderModel,
  autoencoderNetwork,
  denseStack,
  refuseOvercomplete,
  vaeNetwork,
  type LatentNetwork,
} from './latentNetwork'
import type { LatentParts, LatentRunOptions } from './latentParts'
import { trainStages } from './layerwise'
import { pcaErrorOf } from './pcaError'
import { runTask, type RunParts } from './runTask'
import { RunFolder } from './runFolder'
import { chooseSession } from './sessionChoice'

/**
 * @throws what reading the images throws; no-training-data for one image, constant images, one patient; config-invalid, shape-mismatch,
 *   split-overlap, provider-unavailable, not-finite, disk-full, cancelled, corrupt-file. A best model, once there, is kept.
 */
export async function trainLatentRun(options: LatentRunOptions): Promise<TrainResult> {
  const folder = await RunFolder.open(options.folder, options.config)
  // What is wrong with its images leaves a run as it stands: with them back, it can go on.
  const known = options.resume ? await sameImages(options, folder) : null
  return folder.standing(async () => train(options, folder, known ?? (await firstImages(options, folder))))
}

/** Keeps what the run learns from, so that it can tell later whether it is still the same. */
async function firstImages(options: LatentRunOptions, folder: RunFolder): Promise<ImageSplit> {
  const split = await readImages(options)
  await folder.writeInputs(imageKeys(split, options.config).map(({ key }) => key))
  return split
}

/** @throws config-invalid when they are no longer those the run began with. */
async function sameImages(options: LatentRunOptions, folder: RunFolder): Promise<ImageSplit> {
  const split = await readImages(options)
  await refuseOtherImages(folder, imageKeys(split, options.config))
  return split
}

function readImages(options: LatentRunOptions): Promise<ImageSplit> {
  options.report({ kind: 'stage', stage: 'preparing', text: 'Reading the images' })
  return openSplit(options)
}

async function train(options: LatentRunOptions, folder: RunFolder, split: ImageSplit): Promise<TrainResult> {
  const { config, report, signal } = options
  for (const text of split.notices) report({ kind: 'notice', code: 'split', text })
  report({ kind: 'stage', stage: 'building', text: 'Building the network and its training step' })
  // An encoder that is taken over was trained on this kind of machine already.
  if (config.task !== 'classifier' || config.classifier.encoder === null)
    describeRun(config, encoderOf(config, split.train.shape))
  const session = await chooseSession({ ...config, signal, report })
  const parts: LatentParts = { options, folder, split, session }
  switch (config.task) {
    case 'vae':
      return trainNetwork(parts, vaeNetwork(config, split.train.shape, config.batch))
    case 'autoencoder':
      return trainNetwork(
        parts,
        autoencoderNetwork(autoencoderModel(config.model, split.train.shape), config, config.batch),
      )
    case 'layerwise': {
      const stack = denseStack(config.model, split.train.shape)
      const network = autoencoderNetwork(stack, config, config.batch)
      return trainNetwork(parts, network, () => trainStages(parts, stack, network))
    }
    case 'classifier':
      return classifierRun(parts)
  }
}

/** Opens, scales and splits the images; what cannot be learnt from is refused here. */
export async function openSplit({
  config,
  headers,
  validationHeaders,
  signal,
}: Pick<LatentRunOptions, 'config' | 'headers' | 'validationHeaders' | 'signal'>): Promise<ImageSplit> {
  const images = await openImages(config.dataset, { signal, ...(headers ? { headers } : {}) })
  if (images.count < 2)
    throw new SagittaError(
      'no-training-data',
      `${images.name} holds one image; a model of one image would learn it by heart. Add more images.`,
      { images: images.count },
    )
  const { validationFraction, seed, mode } = config.split
  const split = config.validation
    ? givenSplit(
        images,
        await openImages(config.validation, { signal, ...(validationHeaders ? { headers: validationHeaders } : {}) }),
      )
    : (mode === 'within-study' ? withinStudies : splitImages)(images, validationFraction, seed)
  const scaled = scaledAlike(split, config)
  return config.task === 'classifier' ? labelledSplit(scaled, config) : scaled
}

/** One scale for both sides, chosen from the training images. */
function scaledAlike(split: ImageSplit, config: LatentTrainConfig): ImageSplit {
  const [low, high] = split.train.range()
  if (!(low < high))
    throw new SagittaError(
      'no-training-data',
      `All images of ${split.train.name} have one value everywhere (${low}): there is nothing to learn. Choose other images or another box.`,
      { value: low },
    )
  const scale = config.scale ?? split.train.scale ?? { low, high }
  return { ...split, train: split.train.scaled(scale), validation: split.validation.scaled(scale) }
}

/** @param firstWeights trains those to start with; absent: random ones. */
async function trainNetwork(
  latentParts: LatentParts,
  network: LatentNetwork,
  firstWeights?: () => Promise<StateValues>,
): Promise<TrainResult> {
  const { options, folder, split, session } = latentParts
  const { config } = options
  refuseOvercomplete(config, network.units, split.train.elements)
  const pca = await pcaErrorOf(latentParts, network)
  const start = await firstWeights?.()
  const parts = { config, split, session, classes: [], ...network }
  const keep = async (parameters: StateValues, row: MetricsRow, errors: Float32Array): Promise<void> => {
    const above = options.weightsBesideAbove
    await folder.writeCard(await writeLatentFiles(folder.model, network, parts, parameters, row, errors, above))
  }
  const { batch, seed, epochs } = config
  const task = new ImageTask({ network, ...split, batch, seed, epochs, session, keep })
  const run: RunParts = { options, folder, session, program: network.train, task, text: 'Training' }
  const initial = network.initialState(config.seed)
  const random = config.initial === 'inputs' ? byInputs(network.train.state, initial, config.seed) : initial
  return { ...(await runTask(run, start ?? random)), ...(pca ? { pca } : {}) }
}
