// Programs of a segmentation U-Net: train, evaluate, and the exported inference model.
import { input, scalar, type Dim, type Value } from '../ir'
import { sigmoid, slice, softmax, add, mul } from '../ops'
import { unet } from '../architectures/unet'
import type { UnetConfig } from '../architectures/unetConfig'
import { segmentationLoss } from '../losses/segmentation'
import type { SegmentationLossConfig } from '../losses/segmentationConfig'
import type { OptimizerConfig } from '../optimizers/config'
import type { OnnxFiles, WeightsBeside } from '../onnx'
import { checkBatch } from './batch'
import { compileReading, exportModel } from './reading'
import { compileTraining, type TrainingStep } from './training'
import type { Program, StateValues } from './types'

export interface SegmentationOptions {
  readonly model: UnetConfig
  readonly loss: SegmentationLossConfig
  readonly optimizer: OptimizerConfig
  /** Patches per step. */
  readonly batch: number
  /** [height, width] or [depth, height, width], multiples of `sizeMultiple(model)`. */
  readonly patch: readonly number[]
}

export interface SegmentationPrograms {
  /**
   * Inputs: `image` float32 [N, C, ...patch]; `target` int32 class index [N, ...patch] (softmax) or float32
   * [N, classes, ...patch] (sigmoid); `weight` float32 [N, ...patch], 0 = not counted; dropout noise where the model has any.
   * Outputs, scalars: `loss`, `gradientNorm`, `learningRate` and the loss's parts at full resolution (`dice`, ...).
   */
  readonly train: Program
  /** Same inputs without noise, parameters only read. Outputs `probabilities` [N, classes, ...size], `loss` and its parts. */
  readonly evaluate: (batch: number, size: readonly number[]) => Program
  readonly initialState: (seed: number) => StateValues
}

/** @throws ModelError shape-mismatch | config-invalid naming the layer. */
export function segmentationPrograms(options: SegmentationOptions): SegmentationPrograms {
  const { program, initialState } = segmentationTraining(options)
  return { train: program, initialState, evaluate: (batch, size) => evaluation(options, batch, size) }
}

/** The training step with its graph, for printing and estimates. */
export function segmentationTraining({ model, loss, optimizer, batch, patch }: SegmentationOptions): TrainingStep {
  return compileTraining(context => {
    const inputs = supervisedInputs(model, batch, patch)
    const levels = unet(model, context, inputs.image).map((logits, level) => {
      const [target, weight] = [atLevel(inputs.target, level, model), atLevel(inputs.weight, level, model)]
      return segmentationLoss(loss, model.head, logits, target, weight)
    })
    return { inputs, loss: supervised(levels.map(({ total }) => total)), outputs: levels[0]!.parts }
  }, optimizer)
}

function evaluation({ model, loss }: SegmentationOptions, batch: number, size: readonly number[]): Program {
  return compileReading('evaluate', context => {
    const inputs = supervisedInputs(model, batch, size)
    const logits = unet(model, context, inputs.image)[0]!
    const { total, parts } = segmentationLoss(loss, model.head, logits, inputs.target, inputs.weight)
    return { inputs, outputs: { probabilities: probabilities(model, logits), loss: total, ...parts } }
  })
}

export interface SegmentationExport {
  readonly model: UnetConfig
  /** Trained parameters and statistics by name; other state may be among them. */
  readonly parameters: StateValues
  /** Preprocessing, labels, provenance. */
  readonly metadata: Readonly<Record<string, string>>
  /** Where weights go that one file cannot hold; absent: such a model is refused. */
  readonly beside?: WeightsBeside
}

/**
 * The inference model: `image` [batch, C, height, width] (or depth, height, width; multiples of `sizeMultiple`) to
 * `probabilities` [batch, classes, ...]. Batch and space are symbolic, but for a dense bottleneck, whose size is fixed.
 * @throws ModelError model-invalid | not-finite naming the parameter.
 */
export function exportSegmentation({ model, parameters, metadata, beside }: SegmentationExport): OnnxFiles {
  const space: readonly Dim[] =
    model.bottleneck.kind === 'dense' ? model.bottleneck.size : ['depth', 'height', 'width'].slice(-model.dimensions)
  return exportModel(
    'segmentation',
    parameters,
    metadata,
    context => {
      const image = input('image', 'float32', ['batch', model.channels, ...space])
      return { inputs: { image }, outputs: { probabilities: probabilities(model, unet(model, context, image)[0]!) } }
    },
    beside,
  )
}

const probabilities = ({ head }: UnetConfig, logits: Value): Value =>
  head === 'softmax' ? softmax(logits, 1) : sigmoid(logits)

function supervisedInputs(model: UnetConfig, batch: number, size: readonly number[]) {
  checkBatch(batch)
  return {
    image: input('image', 'float32', [batch, model.channels, ...size]),
    target:
      model.head === 'softmax'
        ? input('target', 'int32', [batch, ...size])
        : input('target', 'float32', [batch, model.classes, ...size]),
    weight: input('weight', 'float32', [batch, ...size]),
  }
}

/** Every 2^level-th voxel: labels have no in-between values. */
function atLevel(x: Value, level: number, { dimensions }: UnetConfig): Value {
  if (level === 0) return x
  const axes = Array.from({ length: dimensions }, (_, i) => x.rank - dimensions + i)
  return slice(
    x,
    axes,
    axes.map(() => 0),
    axes.map(axis => x.shape[axis] as number),
    axes.map(() => 2 ** level),
  )
}

/** Losses of all levels, weights halved per level and summing to 1 (Isensee et al. 2021, nnU-Net). */
function supervised(totals: readonly Value[]): Value {
  const sum = totals.reduce((total, _, level) => total + 2 ** -level, 0)
  return totals.map((total, level) => (totals.length === 1 ? total : mul(total, scalar(2 ** -level / sum)))).reduce(add)
}
