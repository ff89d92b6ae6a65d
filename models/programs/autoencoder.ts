// Programs of an autoencoder: train, evaluate, encode, decode, reconstruct, and the exported models.
import { autoencoder, codeUnits, type Decoded } from '../architectures/autoencoder'
import { unreachableRange, type AutoencoderConfig } from '../architectures/autoencoderConfig'
import { ModelError } from '../errors'
import { input, scalar, type Dim, type Value } from '../ir'
import type { Context } from '../layers/context'
import { autoencoderLoss } from '../losses/autoencoder'
import type { AutoencoderLossConfig } from '../losses/latentConfig'
import { bernoulliErrors, squaredErrors } from '../losses/reconstruction'
import { add, cast, greaterOrEqual, mul } from '../ops'
import type { OptimizerConfig } from '../optimizers/config'
import type { OnnxFiles, WeightsBeside } from '../onnx'
import { checkBatch } from './batch'
import { compileReading, exportModel, type Forward } from './reading'
import { compileTraining, type TrainingStep } from './training'
import type { Program, StateValues } from './types'

export interface AutoencoderOptions {
  readonly model: AutoencoderConfig
  readonly loss: AutoencoderLossConfig
  readonly optimizer: OptimizerConfig
  readonly batch: number
}

export interface AutoencoderPrograms {
  /**
   * Inputs: `image` float32 [N, ...shape]; noise where the input is corrupted.
   * Outputs, scalars: `loss`, `reconstruction` (error summed per sample, mean over the batch), `sparsity` (weighted
   * penalties), `gradientNorm`, `learningRate`; `gradientNorms` one for each trained parameter, in the order of the state.
   */
  readonly train: Program
  /** `image` [N, ...shape] to `loss`, `reconstruction`, `sparsity`, `errors` [N], `code` [N, units], `output` [N, ...shape]. */
  readonly evaluate: (batch: number) => Program
  /** `image` [batch, ...shape] to `code` [batch, units]; any batch. */
  readonly encode: () => Program
  /** `code` [batch, units] to `output` [batch, ...shape]; any batch. */
  readonly decode: () => Program
  /** `image` [batch, ...shape] to `output`, `errors` [batch] and `code`; any batch. */
  readonly reconstruct: () => Program
  readonly initialState: (seed: number) => StateValues
}

/** @throws ModelError shape-mismatch | config-invalid naming the layer. */
export function autoencoderPrograms(options: AutoencoderOptions): AutoencoderPrograms {
  const { program, initialState } = autoencoderTraining(options)
  const { model, loss } = options
  return {
    train: program,
    initialState,
    evaluate: batch => compileReading('evaluate', context => evaluation(options, context, batch)),
    encode: () => compileReading('encode', context => encoding(model, context)),
    decode: () => compileReading('decode', context => decoding(model, context)),
    reconstruct: () => compileReading('infer', context => reconstruction(model, loss, context)),
  }
}

/** The training step with its graph, for printing and estimates. */
export function autoencoderTraining({ model, loss, optimizer, batch }: AutoencoderOptions): TrainingStep {
  checkLoss(model, loss)
  checkBatch(batch)
  return compileTraining(
    context => {
      const image = input('image', 'float32', [batch, ...model.shape])
      const { encode, decode } = autoencoder(model, context)
      const code = encode(corrupted(loss, context, image))
      const terms = autoencoderLoss(loss, errorsOf(loss, decode(code), image), code, weightsOf(context))
      return {
        inputs: { image },
        loss: terms.total,
        outputs: { reconstruction: terms.reconstruction, sparsity: terms.sparsity },
      }
    },
    optimizer,
    { gradientNorms: true },
  )
}

function evaluation({ model, loss }: AutoencoderOptions, context: Context, batch: number): Forward {
  checkBatch(batch)
  const image = input('image', 'float32', [batch, ...model.shape])
  const { encode, decode } = autoencoder(model, context)
  const code = encode(image)
  const result = decode(code)
  const errors = errorsOf(loss, result, image)
  const { total, ...terms } = autoencoderLoss(loss, errors, code, weightsOf(context))
  return { inputs: { image }, outputs: { loss: total, ...terms, errors, code, output: result.output } }
}

function encoding(model: AutoencoderConfig, context: Context): Forward {
  const image = anyBatch('image', model.shape)
  return { inputs: { image }, outputs: { code: autoencoder(model, context).encode(image) } }
}

function decoding(model: AutoencoderConfig, context: Context): Forward {
  const code = anyBatch('code', [codeUnits(model)])
  return { inputs: { code }, outputs: { output: autoencoder(model, context).decode(code).output } }
}

function reconstruction(model: AutoencoderConfig, loss: AutoencoderLossConfig, context: Context): Forward {
  const image = anyBatch('image', model.shape)
  const { encode, decode } = autoencoder(model, context)
  const code = encode(image)
  const result = decode(code)
  return { inputs: { image }, outputs: { output: result.output, errors: errorsOf(loss, result, image), code } }
}

/**
 * Model files of their own, any batch: `encoder` (`image` to `code`), `decoder` (`code` to `output`), `model` (`image`
 * to `output` and `code`). A decoder can draw images like those it was trained on.
 * @throws ModelError model-invalid | not-finite naming the parameter.
 */
export function exportAutoencoder(
  part: 'encoder' | 'decoder' | 'model',
  model: AutoencoderConfig,
  parameters: StateValues,
  metadata: Readonly<Record<string, string>>,
  beside: WeightsBeside | null = null,
): OnnxFiles {
  return exportModel(
    `autoencoder ${part}`,
    parameters,
    metadata,
    context => {
      if (part === 'decoder') return decoding(model, context)
      if (part === 'encoder') return encoding(model, context)
      const { inputs, outputs } = reconstruction(model, PLAIN, context)
      return { inputs, outputs: { output: outputs.output!, code: outputs.code! } }
    },
    beside,
  )
}

const PLAIN: AutoencoderLossConfig = {
  reconstruction: 'squaredError',
  activationL1: 0,
  weightL1: 0,
  rate: null,
  corruption: null,
}

const anyBatch = (name: string, shape: readonly Dim[]): Value => input(name, 'float32', ['batch', ...shape])

const weightsOf = (context: Context): readonly Value[] =>
  [...context.declarations.values()].filter(({ decays }) => decays).map(({ name }) => context.values.get(name)!)

const errorsOf = (
  { reconstruction }: AutoencoderLossConfig,
  { output, beforeActivation }: Decoded,
  image: Value,
): Value =>
  reconstruction === 'squaredError' ? squaredErrors(output, image) : bernoulliErrors(beforeActivation, image)

function corrupted({ corruption }: AutoencoderLossConfig, context: Context, image: Value): Value {
  if (corruption === null) return image
  const shape = image.shape as readonly number[]
  if (corruption.kind === 'gaussian')
    return add(image, mul(context.noise('corruption', shape, 'normal'), scalar(corruption.std)))
  const kept = greaterOrEqual(context.noise('corruption', shape, 'uniform'), scalar(corruption.share))
  return mul(image, cast(kept, 'float32'))
}

/** Losses that need an activation's range refuse another one. */
function checkLoss(model: AutoencoderConfig, loss: AutoencoderLossConfig): void {
  const refuse = (message: string) => {
    throw new ModelError('config-invalid', message)
  }
  if (loss.rate && model.codeActivation !== 'sigmoid')
    refuse(
      `A target activation rate needs codes in 0..1 and the code layer is ${model.codeActivation}. Set codeActivation to "sigmoid", or use activationL1.`,
    )
  if (
    loss.reconstruction === 'crossEntropy' &&
    (model.outputActivation !== 'sigmoid' || unreachableRange('sigmoid', model.dataRange) !== null)
  )
    refuse('Cross entropy needs data in 0..1 and outputActivation "sigmoid". Scale the data, or use "squaredError".')
}
