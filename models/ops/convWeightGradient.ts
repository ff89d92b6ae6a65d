// dLoss/dWeight of a convolution: one matrix product per kernel offset, over the input as that offset sees it.
import { staticShape, type Value } from '../ir'
import type { ConvAttributes } from './conv'
import type { Ops } from './op'

/**
 * dW[o, c, k] = sum over batch and positions p of gradient[o, p] x[c, p stride + k dilation - pad].
 * @param x [batch, inputs, ...space]
 * @param gradient [batch, outputs, ...out]
 * @returns [outputs, inputs / groups, ...kernel]
 */
export function convWeightGradient(
  ops: Ops,
  x: Value,
  gradient: Value,
  kernel: readonly number[],
  attributes: ConvAttributes,
): Value {
  const { strides, dilations, pads, groups } = attributes
  const [batch, inputs, ...space] = staticShape(x, 'The gradient of a convolution')
  const [, outputs, ...out] = staticShape(gradient, 'The gradient of a convolution')
  const axes = kernel.length
  const padded = ops.pad(x, [0, 0, ...pads.slice(0, axes)], [0, 0, ...pads.slice(axes)])
  const positions = out.reduce((a, b) => a * b, 1)
  const columns = ops.reshape(gradient, [batch!, groups, outputs! / groups, positions])
  const rows = ops.transpose(columns, [0, 1, 3, 2])
  const products = offsets(kernel).map(offset => {
    const starts = offset.map((k, i) => k * dilations[i]!)
    const ends = starts.map((start, i) => start + (out[i]! - 1) * strides[i]! + 1)
    const seen = ops.slice(
      padded,
      space.map((_, i) => i + 2),
      starts,
      ends,
      strides,
    )
    return ops.reduceSum(ops.matmul(ops.reshape(seen, [batch!, groups, inputs! / groups, positions]), rows), {
      axes: [0],
    })
  })
  // kernel x [groups, inputs / groups, outputs / groups]
  const stacked = ops.concat(
    products.map(product => ops.unsqueeze(product, [0])),
    0,
  )
  return ops.reshape(ops.transpose(stacked, [1, 3, 2, 0]), [outputs!, inputs! / groups, ...kernel])
}

/** Every offset of a kernel, last axis fastest. */
export const offsets = (kernel: readonly number[]): readonly (readonly number[])[] =>
  kernel.reduce<readonly (readonly number[])[]>(
    (list, size) => list.flatMap(offset => Array.from({ length: size }, (_, k) => [...offset, k])),
    [[]],
  )
