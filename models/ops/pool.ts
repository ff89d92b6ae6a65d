// Max and average pooling over N spatial axes.
import { staticShape, type Value } from '../ir'
import { maxPoolGradient } from './maxPoolGradient'
import { applyOne, reject, type OpTable } from './op'
import { reduceMean } from './reduce'
import {
  checkWindow,
  perAxis,
  windowAttributes,
  windowedSizes,
  type PerAxis,
  type WindowAttributes,
  type WindowOptions,
} from './spatial'

export interface PoolAttributes extends WindowAttributes {
  readonly kernel: readonly number[]
}
export interface PoolOps {
  MaxPool: PoolAttributes
  AveragePool: PoolAttributes
}

const onnxAttributes = ({ kernel, strides, pads }: PoolAttributes) => ({
  kernel_shape: { ints: kernel },
  strides: { ints: strides },
  pads: { ints: pads },
})

function inferPool([x]: readonly Value[], attributes: PoolAttributes) {
  const { kernel, pads } = attributes
  if (x!.rank !== kernel.length + 2)
    reject(`A window over ${kernel.length} axes needs a tensor of rank ${kernel.length + 2}.`)
  checkWindow(attributes, kernel)
  if (pads.some((pad, i) => pad >= kernel[i % kernel.length]!))
    reject('Padding must be smaller than the window.', 'config-invalid')
  return [
    { dtype: x!.dtype, shape: [...x!.shape.slice(0, 2), ...windowedSizes(x!.shape.slice(2), kernel, attributes)] },
  ]
}

export const pools: OpTable<PoolOps> = {
  MaxPool: {
    infer: inferPool,
    onnx: attributes => ({ attributes: onnxAttributes(attributes) }),
    gradient: ({ ops, attributes, inputs: [x], outputs: [y], gradients: [g] }) => [
      maxPoolGradient(ops, x!, y!, g!, attributes),
    ],
  },
  AveragePool: {
    infer: inferPool,
    onnx: attributes => ({ attributes: { ...onnxAttributes(attributes), count_include_pad: { int: 1 } } }),
    // Each element gets 1/size of the gradient of every window it is in: the adjoint of a convolution with a constant kernel,
    // channel by channel, so channels go into the batch.
    gradient: ({ ops, attributes: { kernel, strides, pads }, inputs: [x], gradients: [g] }) => {
      const [batch, channels, ...space] = staticShape(x!, 'The gradient of average pooling')
      const out = staticShape(g!, 'The gradient of average pooling').slice(2)
      const share = ops.mul(g!, ops.scalar(1 / kernel.reduce((a, b) => a * b, 1)))
      const apart =
        kernel.every((size, i) => size === strides[i] && size * out[i]! === space[i]) && pads.every(pad => pad === 0)
      if (apart) return [ops.upsample(share, kernel, 'nearest')]
      const ones = ops.full([1, 1, ...kernel], 1)
      const axes = kernel.length
      const outputPadding = kernel.map(
        (size, i) => space[i]! - ((out[i]! - 1) * strides[i]! - pads[i]! - pads[i + axes]! + size),
      )
      const spread = ops.convTranspose(ops.reshape(share, [batch! * channels!, 1, ...out]), ones, null, {
        stride: strides,
        padding: { before: pads.slice(0, axes), after: pads.slice(axes) },
        outputPadding,
      })
      return [ops.reshape(spread, x!.shape)]
    },
  },
}

export type PoolOptions = Omit<WindowOptions, 'dilation'>

function attributesOf(x: Value, size: PerAxis, options: PoolOptions): PoolAttributes {
  const kernel = perAxis(size, Math.max(1, x.rank - 2))
  return { kernel, ...windowAttributes({ stride: kernel, ...options }, kernel) }
}

/**
 * The maximum of each window (stride: the window's size by default). Padding never wins. Of equal elements the first in row-major
 * order gets the gradient, as in PyTorch.
 * @param x [batch, channels, ...space]
 */
export const maxPool = (x: Value, kernel: PerAxis, options: PoolOptions = {}): Value =>
  applyOne('MaxPool', pools.MaxPool, [x], attributesOf(x, kernel, options))

/** The mean of each window (stride: the window's size by default); padding counts as zeros. */
export const averagePool = (x: Value, kernel: PerAxis, options: PoolOptions = {}): Value =>
  applyOne('AveragePool', pools.AveragePool, [x], attributesOf(x, kernel, options))

/** The mean over all spatial axes: [batch, channels, ...1]. */
export const globalAveragePool = (x: Value): Value =>
  reduceMean(x, { axes: x.shape.map((_, i) => i).slice(2), keepDims: true })
