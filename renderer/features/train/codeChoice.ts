// What a person chooses for an autoencoder or a VAE, what is chosen for them from the data, and the config that both make. Pure.
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import type { StudySourceConfig } from '#common/latent/imageSource'
import type { CodeKind } from './kind'

export interface CodeChoice {
  /* images */
  readonly unit: 'slices' | 'patches'
  /** Pixels across and down. */
  readonly size: number
  readonly fit: 'resize' | 'crop'
  /** Pixels from patch to patch. */
  readonly step: number
  /** Slices are cut to the body (above -500 HU) first. */
  readonly crop: boolean
  readonly keep: 'all' | 'showing' | 'free'
  /** Label value that `keep` asks for; null: any. */
  readonly keepBy: number | null
  /** What becomes 0 and 1; null: the range of the training images. */
  readonly window: { readonly low: number; readonly high: number } | null
  /* network */
  readonly network: 'dense' | 'convolutional'
  /** Hidden layers of the encoder; the decoder mirrors them. */
  readonly widths: readonly number[]
  readonly width: number
  readonly depth: number
  readonly units: number
  readonly activation: Activation
  /* autoencoder */
  readonly codeActivation: Activation
  readonly sparsity: 'none' | 'l1' | 'rate'
  readonly activationL1: number
  readonly rateTarget: number
  readonly rateWeight: number
  readonly weightL1: number
  readonly denoising: 'none' | 'gaussian' | 'mask'
  readonly noise: number
  readonly masked: number
  readonly tied: boolean
  /** Share of its connections that a dense network keeps, and which ones those are. */
  readonly connections: number
  readonly connectionsBy: 'draw' | 'pruning'
  readonly layerwise: boolean
  readonly layerEpochs: number
  readonly overcomplete: boolean
  /* VAE */
  readonly beta: number
  readonly warmupSteps: number
  readonly freeBits: number
  readonly likelihood: 'gaussian' | 'bernoulli'
  readonly covariance: 'diagonal' | 'full'
  /* training */
  readonly epochs: number
  /** Epochs without a better one after which the run ends. */
  readonly patience: number
  readonly batch: number
  readonly learningRate: number
  readonly seed: number
}
export type CodeChanges = Partial<CodeChoice>

export const ACTIVATIONS = [
  'relu',
  'leakyRelu',
  'elu',
  'gelu',
  'silu',
  'tanh',
  'sigmoid',
  'softplus',
  'identity',
] as const
export type Activation = (typeof ACTIVATIONS)[number]

/** A case that images come from. */
export interface CodeCase {
  readonly volumeId: string
  readonly patient: string
  readonly labelled: boolean
  readonly ct: boolean
  /** [columns, rows, slices] */
  readonly size: readonly [number, number, number]
}

/** Air is below, every tissue above (HU). */
const BODY_ABOVE = -500
/** The soft-tissue window: -160 to 240 HU. */
const SOFT_TISSUE = { low: -160, high: 240 }
/** Steps that a small network needs to settle, whatever the number of images. */
const STEPS = 1300

/** How many images the cases give, about: without looking at labels or the body's box. */
export function imageCount(
  cases: readonly CodeCase[],
  { unit, size, step }: Pick<CodeChoice, 'unit' | 'size' | 'step'>,
): number {
  const across = (pixels: number): number => Math.max(0, Math.floor((pixels - size) / step) + 1)
  return cases.reduce(
    (sum, { size: [columns, rows, slices] }) => sum + slices * (unit === 'slices' ? 1 : across(columns) * across(rows)),
    0,
  )
}

/** Everything, as a person changed it or else as the data ask for. */
export function chosen(kind: CodeKind, cases: readonly CodeCase[], changes: CodeChanges): CodeChoice {
  const ct = cases.length > 0 && cases.every(one => one.ct)
  const unit = changes.unit ?? 'slices'
  const size = changes.size ?? (unit === 'slices' ? 64 : 32)
  const step = changes.step ?? size
  const images = imageCount(cases, { unit, size, step })
  // A single small scan has fewer to train on than a batch usually takes.
  const batch = changes.batch ?? (images < 1000 ? Math.min(16, Math.max(1, images >> 1)) : images < 8000 ? 64 : 128)
  const layerwise = changes.layerwise === true && kind === 'autoencoder'
  const sparsity = changes.sparsity ?? 'none'
  const learnt = Math.max(1, Math.floor((0.7 * images) / batch))
  const epochs = changes.epochs ?? Math.min(120, Math.max(20, 10 * Math.round(STEPS / learnt / 10)))
  return {
    ...{ unit, size, step, batch, sparsity, epochs, fit: 'resize', crop: ct, keep: 'all', keepBy: null },
    window: ct ? SOFT_TISSUE : null,
    ...{ network: layerwise || unit === 'slices' ? 'dense' : 'convolutional', widths: [256], width: 16, depth: 3 },
    units: unit === 'slices' ? 16 : 12,
    activation: 'relu',
    codeActivation: sparsity === 'rate' ? 'sigmoid' : sparsity === 'l1' ? 'relu' : 'identity',
    ...{ activationL1: 0.1, rateTarget: 0.05, rateWeight: 1, weightL1: 0 },
    ...{
      denoising: 'none',
      noise: 0.1,
      masked: 0.25,
      tied: false,
      connections: 1,
      connectionsBy: 'pruning',
      layerEpochs: Math.max(5, Math.round(epochs / 4)),
    },
    ...{ overcomplete: false, beta: 1, warmupSteps: 0, freeBits: 0, likelihood: 'gaussian', covariance: 'diagonal' },
    ...{ learningRate: 0.001, seed: 0, patience: Math.max(10, Math.round(0.3 * epochs)) },
    ...changes,
    // What can't be had together.
    layerwise,
    ...(layerwise ? { network: 'dense' as const } : {}),
  }
}

/** What is trained, with the images it is trained on. */
export function configOf(
  kind: CodeKind,
  name: string,
  cases: readonly CodeCase[],
  labels: readonly { readonly value: number; readonly name: string }[],
  choice: CodeChoice,
  splitMode: 'patient' | 'within-study',
): LatentTrainConfigInput {
  return {
    task: kind === 'vae' ? 'vae' : choice.layerwise ? 'layerwise' : 'autoencoder',
    name,
    dataset: sourceOf(cases, labels, choice),
    split: { validationFraction: 0.2, seed: choice.seed, ...(splitMode === 'within-study' ? { mode: splitMode } : {}) },
    scale: choice.window,
    model: kind === 'vae' ? vaeModel(choice) : autoencoderModel(choice),
    loss: kind === 'vae' ? vaeLoss(choice) : autoencoderLoss(choice),
    optimizer: { kind: 'adam', learningRate: choice.learningRate },
    layerwise: { epochs: choice.layerEpochs, optimizer: { learningRate: choice.learningRate } },
    overcomplete: choice.overcomplete,
    epochs: choice.epochs,
    patience: choice.patience,
    batch: choice.batch,
    seed: choice.seed,
  }
}

/** Labels are read only where images are chosen by them; what has none is left out then. */
export const casesUsed = (cases: readonly CodeCase[], { keep }: Pick<CodeChoice, 'keep'>): readonly CodeCase[] =>
  keep === 'all' ? cases : cases.filter(({ labelled }) => labelled)

function sourceOf(
  cases: readonly CodeCase[],
  labels: readonly { readonly value: number; readonly name: string }[],
  choice: CodeChoice,
): Partial<StudySourceConfig> & Pick<StudySourceConfig, 'kind' | 'cases' | 'size'> {
  const byLabel = choice.keep !== 'all'
  return {
    kind: 'studies',
    cases: casesUsed(cases, choice).map(({ volumeId, patient }) => ({
      ...{ id: volumeId, patient, image: volumeId },
      labels: byLabel ? volumeId : null,
    })),
    ...{ unit: choice.unit, size: [choice.size, choice.size], fit: choice.fit, keep: choice.keep },
    step: choice.unit === 'patches' ? choice.step : null,
    crop: choice.crop ? { above: BODY_ABOVE } : null,
    classes: byLabel ? labels.map(({ value, name }) => ({ value, name })) : [],
    keepBy: byLabel && choice.keepBy !== null ? [choice.keepBy] : null,
  }
}

const vaeModel = ({ units, activation, covariance, likelihood, ...choice }: CodeChoice) => ({
  latent: units,
  network:
    choice.network === 'dense'
      ? { kind: 'dense', widths: [...choice.widths] }
      : { kind: 'convolutional', width: choice.width, depth: choice.depth },
  ...{ activation, covariance, likelihood },
})

const vaeLoss = ({ beta, warmupSteps, freeBits }: CodeChoice) => ({ beta, warmupSteps, freeBits })

function autoencoderModel(choice: CodeChoice) {
  const { units, activation, codeActivation, tied, connections, connectionsBy, sparsity } = choice
  if (choice.network === 'convolutional')
    return { kind: 'convolutional', width: choice.width, depth: choice.depth, code: units, activation, codeActivation }
  return {
    ...{ kind: 'dense', widths: [...choice.widths, units], activation, codeActivation, tied },
    ...(connections < 1 ? { connections, connectionsBy } : {}),
    // Else codes shrink below the penalty, and weights grow to make up for it.
    unitNormDecoder: sparsity === 'l1' && !tied,
  }
}

const autoencoderLoss = (choice: CodeChoice) => ({
  activationL1: choice.sparsity === 'l1' ? choice.activationL1 : 0,
  weightL1: choice.weightL1,
  rate: choice.sparsity === 'rate' ? { target: choice.rateTarget, weight: choice.rateWeight } : null,
  corruption:
    choice.denoising === 'gaussian'
      ? { kind: 'gaussian', std: choice.noise }
      : choice.denoising === 'mask'
        ? { kind: 'mask', share: choice.masked }
        : null,
})
