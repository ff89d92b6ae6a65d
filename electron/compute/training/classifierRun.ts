// The run of a classifier: an encoder (of an earlier run, or at random), one more layer, labels.
import type { TrainResult } from '#common/ipc/training'
import { optimizerSchema } from '#models/optimizers/config'
import { codeUnits } from '#models/architectures/autoencoder'
import { classifierPrograms, exportClassifier } from '#models/programs/classifier'
import { asAppErrors } from '../engineErrors'
import { writeModelFiles } from '../files/modelFiles'
import { toLatentProperties } from '../modelFile/latentMetadata'
import { balancedWeights, ClassifierTask } from './classifierTask'
import { latentMetadata, pairOf } from './latentFiles'
import { encoderModel } from './latentNetwork'
import type { LatentParts } from './latentParts'
import { runTask } from './runTask'
import { encoderRun, takenEncoder, withTakenWeights } from './takenEncoder'

/** @throws model-incompatible when the encoder takes other images. */
export async function classifierRun({ options, folder, split, session }: LatentParts): Promise<TrainResult> {
  const { config } = options
  const classes = split.train.classNames
  const labels = split.train.labels()
  const run = encoderRun(config, folder.path)
  const encoder = run === null ? encoderModel(config, split.train.shape) : await takenEncoder(run, split.train.shape)
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
  const random = programs.initialState(config.seed)
  // A run that goes on has its weights in its own checkpoint.
  const initial = run === null || options.resume ? random : await withTakenWeights(random, run)
  return runTask({ options, folder, session, program: programs.train, task, text: 'Training on labels' }, initial)
}
