// What a latent config and the shape of the images make: checked model, loss and optimiser, and their programs.
import { SagittaError } from '#common/errors'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import { codeUnits } from '#models/architectures/autoencoder'
import {
  autoencoderConfigSchema,
  type AutoencoderConfig,
  type DenseAutoencoderConfig,
} from '#models/architectures/autoencoderConfig'
import { connectionsOf, isPruned, type LayerConnections } from '#models/architectures/connections'
import { vaeConfigSchema, type VaeConfig } from '#models/architectures/vaeConfig'
import { autoencoderLossSchema, vaeLossSchema, type AutoencoderLossConfig } from '#models/losses/latentConfig'
import { optimizerSchema, type OptimizerConfig } from '#models/optimizers/config'
import type { OnnxFiles, WeightsBeside } from '#models/onnx/index'
import { autoencoderPrograms, exportAutoencoder } from '#models/programs/autoencoder'
import type { EncoderConfig } from '#models/programs/classifier'
import { exportVae, vaePrograms } from '#models/programs/vae'
import type { Program, StateValues } from '#models/programs/types'
import { asAppErrors } from '../engineErrors'

export type ModelPart = 'model' | 'encoder' | 'decoder'

/** An autoencoder or a VAE, ready to be trained. */
export interface LatentNetwork {
  readonly encoder: EncoderConfig
  /** Units of the code. */
  readonly units: number
  /** What the error of a reconstruction is, summed over an image's values. */
  readonly error: 'squaredError' | 'bernoulli'
  /** Of each dense layer that may keep only some of them; and whether those are the ones that pruning leaves. */
  readonly connections: readonly LayerConnections[]
  readonly pruned: boolean
  readonly train: Program
  readonly evaluate: (batch: number) => Program
  readonly encode: () => Program
  readonly initialState: (seed: number) => StateValues
  readonly export: (
    part: ModelPart,
    parameters: StateValues,
    metadata: Readonly<Record<string, string>>,
    beside?: WeightsBeside,
  ) => OnnxFiles
}

type Parts = Pick<LatentTrainConfig, 'model' | 'loss' | 'optimizer'>

/** Weights of images start as the seed says; the optimiser's default is Adam at 1e-3. */
const optimizerOf = (config: LatentTrainConfig['optimizer']): OptimizerConfig =>
  optimizerSchema.parse({ kind: 'adam', ...config })

/** @throws config-invalid naming the field; shape-mismatch naming the layer. */
export function vaeNetwork({ model, loss, optimizer }: Parts, shape: readonly number[], batch: number): LatentNetwork {
  return asAppErrors(() => {
    const parsed = vaeModel(model, shape)
    const programs = vaePrograms({
      model: parsed,
      loss: vaeLossSchema.parse(loss),
      optimizer: optimizerOf(optimizer),
      batch,
    })
    return {
      ...programs,
      encoder: { task: 'vae', model: parsed },
      connections: [],
      pruned: false,
      units: parsed.latent,
      error: parsed.likelihood === 'bernoulli' ? 'bernoulli' : 'squaredError',
      export: (part, parameters, metadata, beside) => exportVae(part, parsed, parameters, metadata, beside),
    }
  })
}

export const vaeModel = (model: LatentTrainConfig['model'], shape: readonly number[]): VaeConfig =>
  asAppErrors(() => vaeConfigSchema.parse({ ...model, shape, dataRange: [0, 1] }))

export const autoencoderModel = (model: LatentTrainConfig['model'], shape: readonly number[]): AutoencoderConfig =>
  asAppErrors(() => autoencoderConfigSchema.parse({ kind: 'dense', ...model, shape, dataRange: [0, 1] }))

/** A stack that can be trained layer by layer. @throws config-invalid for a convolutional one. */
export function denseStack(model: LatentTrainConfig['model'], shape: readonly number[]): DenseAutoencoderConfig {
  const parsed = autoencoderModel(model, shape)
  if (parsed.kind === 'dense') return parsed
  throw new SagittaError(
    'config-invalid',
    'Layerwise training needs a dense autoencoder (model.kind "dense" with widths); this one is convolutional. Train it as task "autoencoder".',
  )
}

/** @throws config-invalid naming the field; shape-mismatch naming the layer. */
export function autoencoderNetwork(
  model: AutoencoderConfig,
  { loss, optimizer }: Omit<Parts, 'model'>,
  batch: number,
): LatentNetwork {
  return asAppErrors(() => {
    const parsedLoss: AutoencoderLossConfig = autoencoderLossSchema.parse(loss)
    const programs = autoencoderPrograms({ model, loss: parsedLoss, optimizer: optimizerOf(optimizer), batch })
    return {
      ...programs,
      encoder: { task: 'autoencoder', model },
      ...(model.kind === 'dense'
        ? { connections: connectionsOf(model), pruned: isPruned(model) }
        : { connections: [], pruned: false }),
      units: codeUnits(model),
      error: parsedLoss.reconstruction === 'crossEntropy' ? 'bernoulli' : 'squaredError',
      export: (part, parameters, metadata, beside) => exportAutoencoder(part, model, parameters, metadata, beside),
    }
  })
}

/** An encoder of random weights from a classifier's config. @throws config-invalid naming the field, or for one that is to be pruned. */
export function encoderModel(config: LatentTrainConfig, shape: readonly number[]): EncoderConfig {
  if (config.classifier.architecture === 'vae') return { task: 'vae', model: vaeModel(config.model, shape) }
  const model = autoencoderModel(config.model, shape)
  if (isPruned(model))
    throw new SagittaError(
      'config-invalid',
      'Connections are pruned while an autoencoder is trained, not while a classifier is. Choose connectionsBy "draw", or take the encoder of a run that was pruned (classifier.encoder).',
    )
  return { task: 'autoencoder', model }
}

/** Images have `values` numbers. @throws config-invalid when the code is no smaller and nobody said that it is meant. */
export function refuseOvercomplete({ overcomplete, task }: LatentTrainConfig, units: number, values: number): void {
  if (units < values || overcomplete || task === 'classifier') return
  throw new SagittaError(
    'config-invalid',
    `The code has ${units} units and an image only ${values} values: nothing needs to be compressed, and the network may learn to copy. ` +
      'Choose fewer units, or allow more units than pixels (overcomplete: true) to study sparse codes and the identity.',
    { units, values },
  )
}
