// A segmentation network as the loop trains it: patches in, whole slices judged, the best written as a model file.
import type { MetricsRow, Preprocessing, TrainConfig } from '#common/ipc/training'
import { sizeMultiple } from '#models/architectures/unet'
import { unetConfigSchema, type UnetConfig } from '#models/architectures/unetConfig'
import { segmentationLossSchema } from '#models/losses/segmentationConfig'
import { optimizerSchema } from '#models/optimizers/config'
import {
  exportSegmentation,
  segmentationPrograms,
  type SegmentationOptions,
  type SegmentationPrograms,
} from '#models/programs/segmentation'
import type { Emphasis } from '../datasets/emphasis'
import type { PreparedCase } from '../datasets/preparedCase'
import { PatchSampler } from '../datasets/sampler'
import type { Split } from '../datasets/sliceSets'
import { asAppErrors } from '../engineErrors'
import { writeModelFiles } from '../files/modelFiles'
import type { ModelFacts } from '../modelFile/metadata'
import type { SessionOptions } from '../runtime/openSession'
import type { StateTensors } from '../runtime/stateTensors'
import { averagedNames, parametersOf } from './averaged'
import { SliceValidator } from './sliceValidator'
import type { TaskBatch, TrainingTask, Validation } from './task'
import { validationSlices } from './validationSlices'

/** What the configs of a run say, checked by their own schemas. */
export interface SegmentationNetwork {
  readonly model: UnetConfig
  readonly programs: SegmentationPrograms
  /** [rows, columns] */
  readonly patch: readonly [number, number]
}

/** @throws ZodError when a part of the config is not what its schema wants. `config` is complete: every part was chosen. */
export function segmentationOptions(config: TrainConfig): SegmentationOptions {
  const model = unetConfigSchema.parse({
    ...config.model,
    channels: 1 + 2 * neighboursOf(config),
    classes: config.dataset.labels.length + 1,
  })
  const multiple = sizeMultiple(model)
  return {
    model,
    loss: segmentationLossSchema.parse(config.loss),
    optimizer: optimizerSchema.parse(config.optimizer),
    batch: config.batch,
    patch: config.patch ?? [multiple, multiple],
  }
}

/** Slices on each side that the network also sees. */
export const neighboursOf = ({ neighbours }: TrainConfig): number => neighbours ?? 0

/** @throws config-invalid, shape-mismatch, naming the layer. */
export function segmentationNetwork(config: TrainConfig): SegmentationNetwork {
  return asAppErrors(() => {
    const options = segmentationOptions(config)
    const [rows, columns] = options.patch
    return { model: options.model, patch: [rows!, columns!], programs: segmentationPrograms(options) }
  })
}

export interface SegmentationTaskOptions {
  readonly config: TrainConfig
  readonly network: SegmentationNetwork
  readonly cases: readonly PreparedCase[]
  readonly split: Split
  readonly padding: Preprocessing['padding']
  readonly neighbours: ModelFacts['network']['neighbours']
  readonly session: SessionOptions
  /** Path of the model file. */
  readonly modelPath: string
  /** Bytes of weights from which on they go into a file beside the model; absent: those that one file cannot hold (2 GB). */
  readonly weightsBesideAbove?: number | undefined
  /** ONNX metadata of the model as of an epoch. */
  readonly metadata: (row: MetricsRow) => Record<string, string>
}

export class SegmentationTask implements TrainingTask {
  private readonly sampler: PatchSampler
  private readonly validator: SliceValidator
  private readonly named: (name: string) => string

  constructor(private readonly options: SegmentationTaskOptions) {
    const { config, network, cases, split, padding, neighbours, session } = options
    this.sampler = new PatchSampler({
      cases,
      train: split.train,
      batch: config.batch,
      patch: network.patch,
      augmentation: config.augmentation,
      neighbours,
      emphasis: emphasisOf(config),
      seed: config.seed,
    })
    this.named = averagedNames(network.programs.train.state)
    this.validator = new SliceValidator({
      cases,
      slices: validationSlices(judgedSlices(split, cases), config.validationSlices),
      programs: network.programs,
      session,
      multiple: sizeMultiple(network.model),
      trained: { rows: network.patch[0], columns: network.patch[1] },
      padding,
      neighbours,
      values: config.dataset.labels.map(label => label.value),
      named: this.named,
    })
  }

  batch(step: number): TaskBatch {
    const { image, target, weight, sources } = this.sampler.batch(step)
    return { feeds: { image, target, weight }, sources }
  }

  validate(state: StateTensors): Promise<Validation> {
    return this.validator.validate(state)
  }

  async keep(state: StateTensors, row: MetricsRow): Promise<void> {
    const { network, modelPath, metadata } = this.options
    const parameters = await parametersOf(state, this.named)
    const exported = { model: network.model, parameters, metadata: metadata(row) }
    await writeModelFiles(
      modelPath,
      beside => asAppErrors(() => exportSegmentation({ ...exported, beside })),
      this.options.weightsBesideAbove,
    )
  }

  release(): Promise<void> {
    return this.validator.release()
  }
}

function emphasisOf({ emphasis, epochs, stepsPerEpoch }: TrainConfig): Emphasis | null {
  if (!emphasis || stepsPerEpoch === null) return null
  return { weights: emphasis.weights, rest: emphasis.rest, untilStep: emphasis.untilShare * epochs * stepsPerEpoch }
}

function judgedSlices(split: Split, cases: readonly PreparedCase[]): Parameters<typeof validationSlices>[0] {
  return split.validation.flatMap(({ caseIndex, slices }) =>
    slices.map(slice => {
      const counts = cases[caseIndex]!.header.target!.counts[slice]!
      return { caseIndex, slice, labels: counts.flatMap((pixels, label) => (label > 0 && pixels > 0 ? [label] : [])) }
    }),
  )
}
