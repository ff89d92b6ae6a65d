// The run of a classifier: an encoder (of an earlier run, or at random), one more layer, labels.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SagittaError } from '#common/errors'
import { latentTrainConfigSchema } from '#common/latent/trainConfig'
import { RUN_CHECKPOINTS, RUN_CONFIG } from '#common/project/run'
import type { TrainResult } from '#common/ipc/training'
import { optimizerSchema } from '#models/optimizers/config'
import { codeUnits } from '#models/architectures/autoencoder'
import { classifierPrograms, exportClassifier, type EncoderConfig } from '#models/programs/classifier'
import type { StateValues } from '#models/programs/types'
import { asAppErrors } from '../engineErrors'
import { writeModelFiles } from '../files/modelFiles'
import { toLatentProperties } from '../modelFile/latentMetadata'
import { loadCheckpoint } from './checkpoint'
import { balancedWeights, ClassifierTask } from './classifierTask'
import { latentMetadata, pairOf } from './latentFiles'
import { autoencoderModel, encoderModel, vaeNetwork } from './latentNetwork'
import type { LatentParts } from './latentParts'
import { runTask } from './runTask'

/** @throws no-training-data without labels or with one class; model-incompatible when the encoder takes other images. */
export async function classifierRun({ options, folder, session, ...parts }: LatentParts): Promise<TrainResult> {
  const { config } = options
  const split = { ...parts.split, train: parts.split.train.labelled(), validation: parts.split.validation.labelled() }
  const classes = split.train.classNames
  const labels = split.train.labels()
  if (new Set(labels).size < 2)
    throw new SagittaError(
      'no-training-data',
      `All training images of ${split.train.name} have one label; a classifier needs at least two.`,
      { source: split.train.name },
    )
  const taken = await takenEncoder(config.classifier.encoder, split.train.shape)
  const encoder = taken?.encoder ?? encoderModel(config, split.train.shape)
  const classWeights = config.classifier.balanced ? balancedWeights(labels, classes.length) : null
  const programs = asAppErrors(() =>
    classifierPrograms({
      ...{ encoder, classes: classes.length, classWeights, batch: config.batch },
      frozenEncoder: config.classifier.frozen,
      optimizer: optimizerSchema.parse({ kind: 'adam', ...config.optimizer }),
    }),
  )
  const units = encoder.task === 'vae' ? encoder.model.latent : codeUnits(encoder.model)
  const card = { config, split, session, encoder, units, classes, error: 'squaredError' as const }
  const task = new ClassifierTask({
    ...{ programs, classes: classes.length, classWeights, ...split, session },
    ...{ batch: config.batch, seed: config.seed },
    keep: async (parameters, row) => {
      const metadata = latentMetadata(card, row, pairOf(parameters), null)
      const parts = { encoder, classes: classes.length }
      await writeModelFiles(folder.model, beside =>
        asAppErrors(() => exportClassifier(parts, parameters, toLatentProperties(metadata), beside)),
      )
      await folder.writeCard(metadata)
    },
  })
  const initial = taken
    ? withEncoder(programs.initialState(config.seed), taken.state, config.classifier.encoder ?? '')
    : programs.initialState(config.seed)
  return runTask({ options, folder, session, program: programs.train, task, text: 'Training on labels' }, initial)
}

/** The encoder of an earlier run, as its last checkpoint has it. */
async function takenEncoder(
  run: string | null,
  shape: readonly number[],
): Promise<{ encoder: EncoderConfig; state: StateValues } | null> {
  if (run === null) return null
  const parsed = latentTrainConfigSchema.safeParse(JSON.parse(await readFile(join(run, RUN_CONFIG), 'utf8')))
  if (!parsed.success || parsed.data.task === 'classifier')
    throw new SagittaError(
      'model-incompatible',
      `${run} is no run of an autoencoder or VAE, so it has no encoder to take.`,
      {
        run,
      },
    )
  const { task, model } = parsed.data
  const encoder: EncoderConfig =
    task === 'vae'
      ? vaeNetwork(parsed.data, shape, 1).encoder
      : { task: 'autoencoder', model: autoencoderModel(model, shape) }
  const { state } = await loadCheckpoint(join(run, RUN_CHECKPOINTS, 'last.ckpt'))
  return { encoder, state }
}

/** @throws model-incompatible when the run's encoder has other sizes, as for images of another size. */
function withEncoder(initial: StateValues, trained: StateValues, run: string): StateValues {
  return new Map(
    [...initial].map(([name, values]) => {
      if (!name.startsWith('encoder.')) return [name, values]
      const taken = trained.get(name)
      if (taken?.length === values.length) return [name, taken]
      throw new SagittaError(
        'model-incompatible',
        `The encoder of ${run} has another ${name} than images of this size need. Take images as the run did.`,
        { run, tensor: name },
      )
    }),
  )
}
