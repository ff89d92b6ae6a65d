// What a person chooses for an autoencoder, a VAE or a classifier, what is chosen for them from the data, and the config that both make. Pure.
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import type { StudySourceConfig } from '#common/latent/imageSource'
import { BODY_ABOVE, madeFor, NOTHING_GIVEN, RANDOM, type ClassifierGiven } from './encoderChoice'
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
  /* classifier */
  /** Run whose encoder is taken, or `RANDOM`. */
  readonly encoder: string
  /** Only the new layer learns. */
  readonly frozen: boolean
  /** What a patch is labelled by: the pixel in its middle, or what most of its labelled pixels are. */
  readonly labelBy: 'centre' | 'most'
  readonly balanced: boolean
  /** Images of each class to learn from, at most; null: all. */
  readonly perClass: number | null
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

/** About how many are learnt from and judged by. */
function imagesUsed(
  cases: readonly CodeCase[],
  choice: Pick<CodeChoice, 'unit' | 'size' | 'step'>,
  perClass: number | null,
  labels: number,
): number {
  const all = imageCount(cases, choice)
  return perClass === null ? all : Math.min(all, perClass * (labels + 1))
}

/** Everything, as a person changed it or else as the data ask for. */
export function chosen(
  kind: CodeKind,
  cases: readonly CodeCase[],
  asked: CodeChanges,
  { encoder, labels }: ClassifierGiven = NOTHING_GIVEN,
): CodeChoice {
  const classifies = kind === 'classifier'
  const changes: CodeChanges = classifies && encoder?.facts ? { ...asked, ...madeFor(encoder.facts) } : asked
  const ct = cases.length > 0 && cases.every(one => one.ct)
  const unit = changes.unit ?? 'slices'
  const size = changes.size ?? (unit === 'slices' ? 64 : 32)
  // Pixels of all kinds lie in the middle of patches only where these overlap.
  const step = changes.step ?? (classifies ? Math.max(1, size >> 1) : size)
  const perClass = classifies ? (changes.perClass ?? null) : null
  const images = imagesUsed(cases, { unit, size, step }, perClass, labels)
  // A single small scan has fewer to train on than a batch usually takes.
  const batch = changes.batch ?? (images < 1000 ? Math.min(16, Math.max(1, images >> 1)) : images < 8000 ? 64 : 128)
  const layerwise = changes.layerwise === true && kind === 'autoencoder'
  // A network without a decoder has nothing to tie, no code to hold short, and no connections to prune.
  const sparsity = classifies ? 'none' : (changes.sparsity ?? 'none')
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
    ...{ labelBy: 'centre', balanced: true, frozen: false },
    ...{ learningRate: 0.001, seed: 0, patience: Math.max(10, Math.round(0.3 * epochs)) },
    ...changes,
    ...{ encoder: encoder?.run ?? RANDOM, perClass },
    // What can't be had together.
    layerwise,
    ...(layerwise ? { network: 'dense' as const } : {}),
    ...(classifies ? { tied: false, connections: 1, sparsity } : {}),
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
    name,
    ...(kind === 'classifier' ? classifierOf(choice) : kind === 'vae' ? vaeOf(choice) : autoencoderOf(choice)),
    dataset: sourceOf(kind, cases, labels, choice),
    split: { validationFraction: 0.2, seed: choice.seed, ...(splitMode === 'within-study' ? { mode: splitMode } : {}) },
    scale: choice.window,
    optimizer: { kind: 'adam', learningRate: choice.learningRate },
    layerwise: { epochs: choice.layerEpochs, optimizer: { learningRate: choice.learningRate } },
    overcomplete: choice.overcomplete,
    epochs: choice.epochs,
    patience: choice.patience,
    batch: choice.batch,
    seed: choice.seed,
  }
}

/** Labels are read only where images are chosen or learnt by them; what has none is left out then. */
export const needsLabels = (kind: CodeKind, { keep }: Pick<CodeChoice, 'keep'>): boolean =>
  kind === 'classifier' || keep !== 'all'

export const casesUsed = (
  kind: CodeKind,
  cases: readonly CodeCase[],
  choice: Pick<CodeChoice, 'keep'>,
): readonly CodeCase[] => (needsLabels(kind, choice) ? cases.filter(({ labelled }) => labelled) : cases)

function sourceOf(
  kind: CodeKind,
  cases: readonly CodeCase[],
  labels: readonly { readonly value: number; readonly name: string }[],
  choice: CodeChoice,
): Partial<StudySourceConfig> & Pick<StudySourceConfig, 'kind' | 'cases' | 'size'> {
  const byLabel = needsLabels(kind, choice)
  return {
    kind: 'studies',
    cases: casesUsed(kind, cases, choice).map(({ volumeId, patient }) => ({
      ...{ id: volumeId, patient, image: volumeId },
      labels: byLabel ? volumeId : null,
    })),
    ...{ unit: choice.unit, size: [choice.size, choice.size], fit: choice.fit, keep: choice.keep },
    step: choice.unit === 'patches' ? choice.step : null,
    crop: choice.crop ? { above: BODY_ABOVE } : null,
    classes: byLabel ? labels.map(({ value, name }) => ({ value, name })) : [],
    keepBy: choice.keep !== 'all' && choice.keepBy !== null ? [choice.keepBy] : null,
    ...(kind === 'classifier' ? { labelBy: choice.labelBy } : {}),
  }
}

const vaeOf = (choice: CodeChoice) => ({ task: 'vae' as const, model: vaeModel(choice), loss: vaeLoss(choice) })

const autoencoderOf = (choice: CodeChoice) => ({
  task: choice.layerwise ? ('layerwise' as const) : ('autoencoder' as const),
  ...{ model: autoencoderModel(choice), loss: autoencoderLoss(choice) },
})

function classifierOf(choice: CodeChoice) {
  const { encoder, frozen, balanced, perClass } = choice
  const random = encoder === RANDOM
  return {
    task: 'classifier' as const,
    model: random ? autoencoderModel(choice) : {},
    // Runs lie beside each other, wherever the project goes. Weights at random are not kept as they are.
    classifier: { encoder: random ? null : `../${encoder}`, frozen: !random && frozen, balanced, perClass },
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
