// Programs of a classifier: one more layer on an encoder's codes, trained on labels, alone or with the encoder.
import { autoencoder } from '../architectures/autoencoder'
import type { AutoencoderConfig } from '../architectures/autoencoderConfig'
import { vae } from '../architectures/vae'
import type { VaeConfig } from '../architectures/vaeConfig'
import { ModelError } from '../errors'
import { inScope, input, type Value } from '../ir'
import type { Context } from '../layers/context'
import { dense } from '../layers/dense'
import { crossEntropy } from '../losses/crossEntropy'
import { compareWithTarget } from '../losses/target'
import { softmax } from '../ops'
import type { OptimizerConfig } from '../optimizers/config'
import type { OnnxFiles, WeightsBeside } from '../onnx'
import { checkBatch } from './batch'
import { compileReading, exportModel, type Forward } from './reading'
import { compileTraining } from './training'
import type { Program, StateValues } from './types'

export type EncoderConfig =
  | { readonly task: 'autoencoder'; readonly model: AutoencoderConfig }
  | { readonly task: 'vae'; readonly model: VaeConfig }

export interface ClassifierOptions {
  readonly encoder: EncoderConfig
  readonly classes: number
  /** A weight per class in the cross entropy, or null. */
  readonly classWeights: readonly number[] | null
  /** True trains the new layer alone; false fine-tunes the encoder with it. */
  readonly frozenEncoder: boolean
  readonly optimizer: OptimizerConfig
  readonly batch: number
}

export interface ClassifierPrograms {
  /**
   * Inputs: `image` float32 [N, ...shape], `target` int32 [N], `weight` float32 [N] (0 = not counted).
   * Outputs: scalars `loss`, `gradientNorm`, `learningRate`; `gradientNorms` one for each trained parameter.
   * The encoder's state has the names it has in its own programs: its trained values can be put in.
   */
  readonly train: Program
  /** `image` [batch, ...shape] to `probabilities` [batch, classes]; any batch. */
  readonly classify: () => Program
  readonly initialState: (seed: number) => StateValues
}

/** @throws ModelError shape-mismatch | config-invalid naming the layer. */
export function classifierPrograms(options: ClassifierOptions): ClassifierPrograms {
  const { encoder, classes, classWeights, frozenEncoder, optimizer, batch } = options
  checkBatch(batch)
  if (classes < 2) throw new ModelError('config-invalid', `A classifier needs at least 2 classes and has ${classes}.`)
  if (classWeights && classWeights.length !== classes)
    throw new ModelError(
      'config-invalid',
      `There are ${classWeights.length} class weights for ${classes} classes. Give one each.`,
    )
  const { program, initialState } = compileTraining(
    context => {
      const inputs = {
        image: input('image', 'float32', [batch, ...encoder.model.shape]),
        target: input('target', 'int32', [batch]),
        weight: input('weight', 'float32', [batch]),
      }
      const logits = classLogits(encoder, classes, context, inputs.image)
      return {
        inputs,
        loss: crossEntropy(compareWithTarget('softmax', logits, inputs.target, inputs.weight), classWeights),
      }
    },
    optimizer,
    { gradientNorms: true, trains: name => !frozenEncoder || name.startsWith(`${HEAD}.`) },
  )
  return {
    train: program,
    initialState,
    classify: () => compileReading('infer', context => classification(options, context)),
  }
}

/** @throws ModelError model-invalid | not-finite naming the parameter. */
export const exportClassifier = (
  options: Pick<ClassifierOptions, 'encoder' | 'classes'>,
  parameters: StateValues,
  metadata: Readonly<Record<string, string>>,
  beside: WeightsBeside | null = null,
): OnnxFiles => exportModel('classifier', parameters, metadata, context => classification(options, context), beside)

const HEAD = 'classifier'

function classification(
  { encoder, classes }: Pick<ClassifierOptions, 'encoder' | 'classes'>,
  context: Context,
): Forward {
  const image = input('image', 'float32', ['batch', ...encoder.model.shape])
  return { inputs: { image }, outputs: { probabilities: softmax(classLogits(encoder, classes, context, image), 1) } }
}

function classLogits(encoder: EncoderConfig, classes: number, context: Context, image: Value): Value {
  const code =
    encoder.task === 'autoencoder'
      ? autoencoder(encoder.model, context).encode(image)
      : vae(encoder.model, context).encode(image).mean
  return inScope(HEAD, () => dense(context, code, classes))
}
