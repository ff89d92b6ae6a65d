// Chooses what a training config leaves open, from the data, with a reason for each choice (after nnU-Net, Isensee et al. 2021).
import { SagittaError, asSagittaError } from '#common/errors'
import type { Fingerprint } from '#common/ipc/prepare'
import type { Preprocessing, TrainConfig } from '#common/ipc/training'
import { DEFAULT_SEGMENTATION_LOSS } from '#models/losses/segmentationConfig'
import { describeSegmentation } from '#models/programs/describeTask'
import type { Split, SplitCase } from '../datasets/sliceSets'
import { splitCases } from '../datasets/split'
import { asAppErrors } from '../engineErrors'
import { trainingMemoryBytes } from '../memoryLimit'
import { segmentationOptions } from '../training/segmentationTask'
import { GIVEN, given, type Choice, type Setting } from './choice'
import {
  chooseCrop,
  chooseDepth,
  chooseNeighbours,
  choosePatch,
  chooseSpacing,
  networkSize,
  planeFacts,
} from './geometry'
import { chooseClip, chooseNormalization, showNormalization, intensityScale, type IntensityScale } from './intensity'
import { chooseEmphasis } from './emphasis'
import { chooseOptimizer, chooseSteps } from './pace'

export interface RunPlan {
  /** Complete: ready to prepare the cases with and to train. */
  readonly config: TrainConfig
  readonly settings: readonly Setting[]
  readonly split: Split
  readonly parameters: number
  readonly estimatedMb: number
  readonly notices: readonly string[]
}

const DEFAULT_LOSS: Choice<Record<string, unknown>> = {
  value: DEFAULT_SEGMENTATION_LOSS,
  reason: 'Dice keeps small structures from being ignored, cross entropy keeps probabilities honest',
}

/** Labels beyond this share of all voxels are not rare (CASES T05). */
const RARE = 0.01

/**
 * @param fingerprints one per case of the config's dataset, in order.
 * @param limitBytes what a training may need at most.
 * @throws no-training-data, split-overlap, config-invalid, too-much-memory: why the run can't start, in words.
 */
export function planRun(
  config: TrainConfig,
  fingerprints: readonly Fingerprint[],
  limitBytes = trainingMemoryBytes(),
): RunPlan {
  if (config.task !== 'unet')
    throw new SagittaError('config-invalid', `Labelled cases train a "unet"; the config asks for "${config.task}".`)
  const cases = config.dataset.cases.map((one, n): SplitCase => ({ ...one, ...slicesOf(fingerprints[n]!) }))
  const split = splitCases(
    cases,
    config.dataset.labels.map(label => label.name),
    config.split,
  )
  const training = split.train.map(({ caseIndex }) => fingerprints[caseIndex]!)
  const choices = chooseAll(config, training, split)
  const complete = completed(config, choices)
  const described = asAppErrors(() => describeSegmentation(segmentationOptions(complete), limitBytes))
  return {
    config: complete,
    settings: settingsOf(complete, choices),
    split,
    parameters: described.parameters,
    estimatedMb: Math.round(described.trainingBytes / 2 ** 20),
    notices: [...split.notices, ...rareNotice(training)],
  }
}

/** As `planRun`, with what can't be trained in words instead of an error. */
export function refusalsOf(plan: () => RunPlan): { plan: RunPlan | null; refusals: string[] } {
  try {
    return { plan: plan(), refusals: [] }
  } catch (thrown) {
    const error = asSagittaError(thrown)
    if (error.code === 'internal') throw error
    return { plan: null, refusals: [error.message] }
  }
}

const slicesOf = ({ complete, counts }: Fingerprint): Pick<SplitCase, 'complete' | 'counts'> => ({ complete, counts })

type Choices = ReturnType<typeof chooseAll>

function chooseAll(config: TrainConfig, training: readonly Fingerprint[], split: Split) {
  const wanted = config.preprocessing
  const scale = (): IntensityScale => intensityScale(training) ?? nothingLabelled()
  const crop = wanted.crop === undefined ? chooseCrop(training) : { value: wanted.crop, reason: GIVEN }
  const facts = planeFacts(training, crop.value !== null)
  const spacing: Choice<Preprocessing['spacingMm']> = given(wanted.spacingMm, () => chooseSpacing(facts))
  const size = networkSize(facts, spacing.value[0])
  const depth = given(config.model.depth as number | undefined, () => chooseDepth(size))
  const steps = given(config.stepsPerEpoch, () => chooseSteps(split, config.batch))
  return {
    clip: wanted.clip === undefined ? chooseClip(scale()) : { value: wanted.clip, reason: GIVEN },
    normalization: given(wanted.normalization, () => chooseNormalization(scale())),
    crop,
    spacing,
    depth,
    width: given(config.model.width as number | undefined, () => ({
      value: 12,
      reason: 'learns organs and lesions, and trains in minutes without a graphics card',
    })),
    patch: given(config.patch, () => choosePatch(size, depth.value)),
    neighbours: given(config.neighbours, () => chooseNeighbours(facts)),
    emphasis: given(config.emphasis, () => chooseEmphasis(training)),
    loss: 'kind' in config.loss ? { value: config.loss, reason: GIVEN } : DEFAULT_LOSS,
    steps,
    optimizer: chooseOptimizer(config, steps.value),
  }
}

function nothingLabelled(): never {
  throw new SagittaError(
    'no-training-data',
    'No voxel of the chosen labels is drawn in a completed slice of the training cases. Draw them on some slices and mark those complete.',
  )
}

function completed(config: TrainConfig, choices: Choices): TrainConfig {
  return {
    ...config,
    preprocessing: {
      spacingMm: choices.spacing.value,
      crop: choices.crop.value,
      clip: choices.clip.value,
      normalization: choices.normalization.value,
      padding: config.preprocessing.padding ?? 'edge',
      orientation: config.preprocessing.orientation ?? 'LPS',
    },
    model: { ...config.model, depth: choices.depth.value, width: choices.width.value },
    loss: choices.loss.value,
    optimizer: choices.optimizer.value,
    neighbours: choices.neighbours.value,
    emphasis: choices.emphasis.value,
    patch: choices.patch.value,
    stepsPerEpoch: choices.steps.value,
  }
}

function settingsOf(config: TrainConfig, choices: Choices): Setting[] {
  const { crop, clip, normalization, spacing, depth, width, neighbours, patch, loss, emphasis, steps, optimizer } =
    choices
  const show = (key: string, value: string, { reason }: Choice<unknown>): Setting => ({ key, value, reason })
  const [x, y, z] = spacing.value
  return [
    show('spacing', `${[x, y, z].map(mm => (mm === null ? 'as acquired' : `${mm} mm`)).join(' x ')}`, spacing),
    show('crop', crop.value === null ? 'none' : `around what is above ${crop.value.above}`, crop),
    show('clip', clip.value === null ? 'none' : `${clip.value[0]} to ${clip.value[1]}`, clip),
    show('normalization', showNormalization(normalization.value), normalization),
    show('patch', `${patch.value[0]} x ${patch.value[1]}`, patch),
    show('neighbours', neighbours.value === 0 ? 'none' : `${neighbours.value} slice on each side`, neighbours),
    show('depth', String(depth.value), depth),
    show('width', `${width.value} channels`, width),
    show('loss', String(loss.value.kind), loss),
    show('emphasis', emphasis.value.weights.join(', '), emphasis),
    show(
      'optimizer',
      `${String(optimizer.value.kind)}, learning rate ${String(optimizer.value.learningRate)}`,
      optimizer,
    ),
    show('steps', `${config.epochs} epochs of ${steps.value} batches of ${config.batch}`, steps),
  ]
}

function rareNotice(training: readonly Fingerprint[]): string[] {
  let labelled = 0
  let all = 0
  for (const { counts } of training)
    for (const slice of counts)
      slice.forEach((pixels, classIndex) => {
        all += pixels
        if (classIndex > 0) labelled += pixels
      })
  if (all === 0 || labelled / all >= RARE) return []
  return [
    `Only ${((100 * labelled) / all).toPrecision(2)} % of the completed pixels are labelled. Half of every batch is taken around labels; watch the Dice per label, not the loss.`,
  ]
}
