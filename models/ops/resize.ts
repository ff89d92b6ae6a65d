// Upsampling by whole factors: nearest and linear (bilinear, trilinear).
import { mulDim, staticShape, type Value } from '../ir'
import { applyOne, float32s, reject, type GradientContext, type OpTable } from './op'
import { perAxis, type PerAxis } from './spatial'
import { only } from './window'

export interface ResizeAttributes {
  readonly mode: 'nearest' | 'linear'
  /** One whole factor for each spatial axis. */
  readonly factors: readonly number[]
}
export interface ResizeOps {
  Resize: ResizeAttributes
}

export const resizes: OpTable<ResizeOps> = {
  Resize: {
    infer: ([x], { factors }) => {
      if (x!.rank !== factors.length + 2 || factors.length < 1)
        reject(`${factors.length} factors do not fit a tensor of rank ${x!.rank}.`)
      if (factors.some(factor => !Number.isSafeInteger(factor) || factor < 1))
        reject('Factors must be positive integers.', 'config-invalid')
      return [{ dtype: x!.dtype, shape: x!.shape.map((dim, i) => (i < 2 ? dim : mulDim(dim, factors[i - 2]!))) }]
    },
    // half_pixel with edges clamped is PyTorch's align_corners=False.
    onnx: ({ mode, factors }) => ({
      attributes: {
        mode: { string: mode },
        coordinate_transformation_mode: { string: mode === 'nearest' ? 'asymmetric' : 'half_pixel' },
        ...(mode === 'nearest' ? { nearest_mode: { string: 'floor' } } : {}),
      },
      constants: [null, float32s([1, 1, ...factors])],
    }),
    gradient: context => [context.attributes.mode === 'nearest' ? nearestGradient(context) : linearGradient(context)],
  },
}

const nearestGradient = ({ ops, attributes: { factors }, gradients: [g] }: GradientContext<ResizeAttributes>): Value =>
  ops.mul(ops.averagePool(g!, factors), ops.scalar(factors.reduce((a, b) => a * b, 1)))

/**
 * Linear upsampling by f is: repeat the edge, spread by f, convolve with a triangle of width 2f, cut off. The adjoint does the
 * same backwards, one axis at a time, with the channels in the batch.
 */
function linearGradient({
  ops,
  attributes: { factors },
  inputs: [x],
  gradients: [g],
}: GradientContext<ResizeAttributes>): Value {
  const [batch, channels, ...space] = staticShape(x!, 'The gradient of upsampling')
  const axes = factors.length
  const planes = ops.reshape(g!, [batch! * channels!, 1, ...(g!.shape as readonly number[]).slice(2)])
  const folded = factors.reduce((value, factor, i) => {
    if (factor === 1) return value
    const triangle = linearWeights(factor)
    const kernel = factors.map((_, j) => (j === i ? triangle.length : 1))
    const stride = factors.map((_, j) => (j === i ? factor : 1))
    // One sample more on both sides: the repeated edges.
    const margin = factors.map((_, j) => (j === i ? Math.ceil((3 * factor - 1) / 2) : 0))
    const wide = ops.conv(value, ops.constant(triangle, [1, 1, ...kernel]), null, {
      stride,
      padding: { before: margin, after: margin },
    })
    return foldEdges(ops, wide, i + 2, space[i]!)
  }, planes)
  return ops.reshape(folded, [batch!, channels!, ...space.slice(0, axes)])
}

/** Adds the first and last element along an axis to their neighbours and drops them. */
function foldEdges(ops: GradientContext<ResizeAttributes>['ops'], wide: Value, axis: number, size: number): Value {
  const part = (start: number, end: number) => ops.slice(wide, [axis], [start], [end])
  const edge = (from: number, before: number) => {
    return ops.pad(part(from, from + 1), only(wide.rank, axis, before), only(wide.rank, axis, size - 1 - before))
  }
  return ops.add(part(1, size + 1), ops.add(edge(0, 0), edge(size + 1, size - 1)))
}

/** How much a sample weighs at each of the positions around it: 1 - |distance|, distances in input samples at half-pixel centres. */
function linearWeights(factor: number): Float32Array {
  const width = factor % 2 === 0 ? 2 * factor : 2 * factor - 1
  const middle = (width - 1) / 2
  return Float32Array.from({ length: width }, (_, i) => 1 - Math.abs(i - middle) / factor)
}

/**
 * Enlarges by whole factors.
 * @param x [batch, channels, ...space]
 * @param mode nearest repeats; linear interpolates between sample centres, edges clamped (PyTorch's align_corners=False).
 */
export function upsample(x: Value, factor: PerAxis, mode: 'nearest' | 'linear'): Value {
  const factors = perAxis(factor, Math.max(1, x.rank - 2))
  return factors.every(f => f === 1) ? x : applyOne('Resize', resizes.Resize, [x], { mode, factors })
}
