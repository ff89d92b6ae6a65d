// Convolution layers: parameters and forward pass, over 2 or 3 spatial axes.
import type { Value } from '../ir'
import { conv, convTranspose } from '../ops'
import { weightInitial, type Activation } from './activation'
import type { Context } from './context'
import { ZEROS } from './initial'
import { channelsOf, product, spatialAxes } from './shape'

export interface ConvolutionOptions {
  /** Edge length of the kernel; padding keeps the size at stride 1. Default 3. */
  readonly kernel?: number
  readonly stride?: number
  /** False where a normalisation follows, which would take the bias away again. */
  readonly bias?: boolean
  /** The activation that follows: decides how the weight starts. */
  readonly before?: Activation
}

/** [N, C, ...space] to [N, channels, ...space / stride]. Declares `weight` and `bias`. */
export function convolution(context: Context, x: Value, channels: number, options: ConvolutionOptions = {}): Value {
  const { kernel = 3, stride = 1, bias = true, before = 'identity' } = options
  const inputs = channelsOf(x)
  const size = spatialAxes(x).map(() => kernel)
  const window = product(size)
  const initial = weightInitial(before, inputs * window, channels * window)
  const weight = context.parameter('weight', [channels, inputs, ...size], initial, true)
  return conv(x, weight, bias ? context.parameter('bias', [channels], ZEROS) : null, {
    stride,
    padding: Math.floor(kernel / 2),
  })
}

/** Learnt doubling of the resolution: kernel 2, stride 2, windows side by side. Declares `weight` and `bias`. */
export function upConvolution(context: Context, x: Value, channels: number): Value {
  const inputs = channelsOf(x)
  const size = spatialAxes(x).map(() => 2)
  // Each output element sees one element of every input channel.
  const initial = weightInitial('identity', inputs, channels)
  const weight = context.parameter('weight', [inputs, channels, ...size], initial, true)
  return convTranspose(x, weight, context.parameter('bias', [channels], ZEROS), { stride: 2 })
}
