// Programs of a variational autoencoder: train, evaluate, encode, decode, reconstruct, sample, and the exported models.
import { rowSums, triangleSize } from '../architectures/triangle'
import { sample, vae, type Posterior } from '../architectures/vae'
import type { VaeConfig } from '../architectures/vaeConfig'
import type { Decoded } from '../architectures/autoencoder'
import { constant, input, type Dim, type Value } from '../ir'
import type { Context } from '../layers/context'
import { klFull, klPerUnit } from '../losses/kl'
import type { VaeLossConfig } from '../losses/latentConfig'
import { bernoulliErrors, squaredErrors } from '../losses/reconstruction'
import { vaeLoss, type Divergence } from '../losses/vae'
import { log, matmul, mul, reduceMean, reduceSum } from '../ops'
import type { OptimizerConfig } from '../optimizers/config'
import type { OnnxFiles, WeightsBeside } from '../onnx'
import { checkBatch } from './batch'
import { compileReading, exportModel, type Forward } from './reading'
import { compileTraining, type TrainingStep } from './training'
import type { Program, StateValues } from './types'

export interface VaeOptions {
  readonly model: VaeConfig
  readonly loss: VaeLossConfig
  readonly optimizer: OptimizerConfig
  readonly batch: number
}

export interface VaePrograms {
  /**
   * Inputs: `image` float32 [N, ...shape], `noise` standard normal [N, latent].
   * Outputs: scalars `loss`, `reconstruction` and `kl` (summed per sample, mean over the batch), `beta`, `gradientNorm`,
   * `learningRate`; `klPerUnit` [latent]; `gradientNorms` one for each trained parameter, in the order of the state.
   */
  readonly train: Program
  /** As train with beta in full, plus `errors` and `divergences` [N], `code` (posterior mean) [N, latent] and `output` of the sample. */
  readonly evaluate: (batch: number) => Program
  /**
   * `image` [batch, ...shape] to `code` (posterior mean) and `logVariance` (of each unit) [batch, latent], and `factor`
   * [batch, latent (latent + 1) / 2], the Cholesky factor row by row, where the covariance is full; any batch.
   */
  readonly encode: () => Program
  /** `code` [batch, latent] to `output` [batch, ...shape]; any batch. */
  readonly decode: () => Program
  /** `image` [batch, ...shape] to `output` of the posterior mean, `errors` [batch] and `code`; any batch. */
  readonly reconstruct: () => Program
  /** `noise` standard normal [batch, latent] to `output`: draws from the prior. */
  readonly sample: (batch: number) => Program
  readonly initialState: (seed: number) => StateValues
}

/** @throws ModelError shape-mismatch | config-invalid naming the layer. */
export function vaePrograms(options: VaeOptions): VaePrograms {
  const { program, initialState } = vaeTraining(options)
  const { model } = options
  return {
    train: program,
    initialState,
    evaluate: batch => compileReading('evaluate', context => evaluation(options, context, batch)),
    encode: () => compileReading('encode', context => encoding(model, context)),
    decode: () => compileReading('decode', context => decoding(model, context)),
    reconstruct: () => compileReading('infer', context => reconstruction(model, context)),
    sample: batch => compileReading('sample', context => sampling(model, context, batch)),
  }
}

/** The training step with its graph, for printing and estimates. */
export function vaeTraining({ model, loss, optimizer, batch }: VaeOptions): TrainingStep {
  checkBatch(batch)
  return compileTraining(
    (context, step) => {
      const image = input('image', 'float32', [batch, ...model.shape])
      const { errors, divergence } = pass(model, context, image)
      const { total, ...terms } = vaeLoss(loss, errors, divergence, step)
      return {
        inputs: { image },
        loss: total,
        outputs: { ...terms, klPerUnit: reduceMean(divergence.perUnit, { axes: [0] }) },
      }
    },
    optimizer,
    { gradientNorms: true },
  )
}

function evaluation({ model, loss }: VaeOptions, context: Context, batch: number): Forward {
  checkBatch(batch)
  const image = input('image', 'float32', [batch, ...model.shape])
  const { posterior, result, errors, divergence } = pass(model, context, image)
  const { total, ...terms } = vaeLoss(loss, errors, divergence, null)
  const perUnit = reduceMean(divergence.perUnit, { axes: [0] })
  return {
    inputs: { image },
    outputs: {
      loss: total,
      ...terms,
      klPerUnit: perUnit,
      errors,
      divergences: divergence.perSample,
      code: posterior.mean,
      output: result.output,
    },
  }
}

/** Encode, draw one sample, decode, compare. */
function pass(model: VaeConfig, context: Context, image: Value) {
  const { encode, decode } = vae(model, context)
  const posterior = encode(image)
  const noise = context.noise('noise', [image.shape[0] as number, model.latent], 'normal')
  const result = decode(sample(posterior, noise))
  return { posterior, result, errors: errorsOf(model, result, image), divergence: divergenceOf(posterior) }
}

function encoding(model: VaeConfig, context: Context): Forward {
  const image = anyBatch('image', model.shape)
  const posterior = vae(model, context).encode(image)
  const outputs = { code: posterior.mean, logVariance: logVariances(posterior) }
  return {
    inputs: { image },
    outputs: posterior.covariance === 'full' ? { ...outputs, factor: posterior.factor } : outputs,
  }
}

function decoding(model: VaeConfig, context: Context): Forward {
  const code = anyBatch('code', [model.latent])
  return { inputs: { code }, outputs: { output: vae(model, context).decode(code).output } }
}

function reconstruction(model: VaeConfig, context: Context): Forward {
  const image = anyBatch('image', model.shape)
  const { encode, decode } = vae(model, context)
  const code = encode(image).mean
  const result = decode(code)
  return { inputs: { image }, outputs: { output: result.output, errors: errorsOf(model, result, image), code } }
}

function sampling(model: VaeConfig, context: Context, batch: number): Forward {
  checkBatch(batch)
  const noise = context.noise('noise', [batch, model.latent], 'normal')
  return { inputs: {}, outputs: { output: vae(model, context).decode(noise).output } }
}

/**
 * Model files of their own, any batch: `encoder` (`image` to `code`, `logVariance`, perhaps `factor`), `decoder` (`code` to
 * `output`), `model` (`image` to `output` and `code`). A decoder can draw images like those it was trained on.
 * @throws ModelError model-invalid | not-finite naming the parameter.
 */
export function exportVae(
  part: 'encoder' | 'decoder' | 'model',
  model: VaeConfig,
  parameters: StateValues,
  metadata: Readonly<Record<string, string>>,
  beside: WeightsBeside | null = null,
): OnnxFiles {
  return exportModel(
    `vae ${part}`,
    parameters,
    metadata,
    context => {
      if (part === 'decoder') return decoding(model, context)
      if (part === 'encoder') return encoding(model, context)
      const { inputs, outputs } = reconstruction(model, context)
      return { inputs, outputs: { output: outputs.output!, code: outputs.code! } }
    },
    beside,
  )
}

const anyBatch = (name: string, shape: readonly Dim[]): Value => input(name, 'float32', ['batch', ...shape])

const errorsOf = ({ likelihood }: VaeConfig, { output, beforeActivation }: Decoded, image: Value): Value =>
  likelihood === 'gaussian' ? squaredErrors(output, image) : bernoulliErrors(beforeActivation, image)

/** KL from N(0, I). With a full covariance the units' figures are those of their marginals. */
export function divergenceOf(posterior: Posterior): Divergence {
  const perUnit = klPerUnit(posterior.mean, logVariances(posterior))
  return posterior.covariance === 'diagonal'
    ? { perSample: reduceSum(perUnit, { axes: [1] }), perUnit, separable: true }
    : { perSample: klFull(posterior.mean, posterior.factor, posterior.logDiagonal), perUnit, separable: false }
}

/** log of the covariance's diagonal [N, d]: of L L^T, the squared rows of L summed. */
function logVariances(posterior: Posterior): Value {
  if (posterior.covariance === 'diagonal') return posterior.logVariance
  const size = posterior.mean.shape[1] as number
  return log(matmul(mul(posterior.factor, posterior.factor), constant(rowSums(size), [triangleSize(size), size])))
}
