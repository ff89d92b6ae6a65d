// The encoder of an earlier run, taken over by a classifier: what it is, and its trained weights.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import { latentTrainConfigSchema, type LatentTrainConfig } from '#common/latent/trainConfig'
import { LAST_CHECKPOINT, RUN_CHECKPOINTS, RUN_CONFIG, RUN_MODEL } from '#common/project/run'
import type { EncoderConfig } from '#models/programs/classifier'
import type { StateValues } from '#models/programs/types'
import { readLatentFiles } from '../latent/latentFile'
import { loadCheckpoint } from './checkpoint'
import { autoencoderModel, vaeNetwork } from './latentNetwork'

/** Folder of the run whose encoder a classifier takes; null: it takes none. @param folder of the classifier's own run */
export const encoderRun = ({ task, classifier }: LatentTrainConfig, folder: string): string | null =>
  task === 'classifier' && classifier.encoder !== null ? resolve(folder, classifier.encoder) : null

/** @throws model-incompatible for a run of another kind, or of images of another shape; not-found, corrupt-file. */
export async function takenEncoder(run: string, shape: readonly number[]): Promise<EncoderConfig> {
  const parsed = latentTrainConfigSchema.safeParse(JSON.parse(await readFile(join(run, RUN_CONFIG), 'utf8')))
  if (!parsed.success || parsed.data.task === 'classifier')
    throw new SagittaError(
      'model-incompatible',
      `${run} is no run of an autoencoder or VAE, so it has no encoder to take.`,
      { run },
    )
  const facts = (await readLatentFiles(join(run, RUN_MODEL))).named.metadata.latent
  if (facts.shape.join() !== shape.join())
    throw new SagittaError(
      'model-incompatible',
      `The encoder of ${facts.name} takes images of ${facts.shape.join(' x ')}, and these have ${shape.join(' x ')}. Take images as its run did.`,
      { run, shape: [...shape], expected: facts.shape },
    )
  const { task, model } = parsed.data
  return task === 'vae'
    ? vaeNetwork(parsed.data, shape, 1).encoder
    : { task: 'autoencoder', model: autoencoderModel(model, shape) }
}

/** A classifier's first state with the run's encoder in it, as its last checkpoint has it. @throws not-found, corrupt-file. */
export async function withTakenWeights(initial: StateValues, run: string): Promise<StateValues> {
  const { state } = await loadCheckpoint(join(run, RUN_CHECKPOINTS, LAST_CHECKPOINT))
  return new Map(
    [...initial].map(([name, values]) => {
      if (!name.startsWith('encoder.')) return [name, values]
      const taken = state.get(name)
      if (taken?.length === values.length) return [name, taken]
      throw new SagittaError(
        'model-incompatible',
        `The last checkpoint of ${run} has no ${name} of this size. Its config was changed after it ran; train it anew.`,
        { run, tensor: name },
      )
    }),
  )
}
