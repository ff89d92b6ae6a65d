// dLoss/dInput of a convolution: a convolution with flipped, transposed weights; with strides a transposed convolution.
import type { Shape, Value } from '../ir'
import type { ConvAttributes } from './conv'
import type { Ops } from './op'

/**
 * @param gradient [batch, outputs, ...out]
 * @param weight [outputs, inputs / groups, ...kernel]
 * @param inputShape [batch, inputs, ...space]
 */
export function convInputGradient(
  ops: Ops,
  gradient: Value,
  weight: Value,
  inputShape: readonly number[],
  attributes: ConvAttributes,
): Value {
  const { strides, dilations, pads, groups } = attributes
  const kernel = (weight.shape as readonly number[]).slice(2)
  const axes = kernel.length
  const reach = kernel.map((size, i) => dilations[i]! * (size - 1))
  const full = [...reach, ...reach].map((span, i) => span - pads[i]!)
  if (strides.some(stride => stride !== 1) || full.some(span => span < 0)) {
    // What the strides step over at the far end was never seen by a window.
    const outputPadding = kernel.map((_, i) => {
      const covered = ((gradient.shape[i + 2] as number) - 1) * strides[i]! - pads[i]! - pads[i + axes]! + reach[i]! + 1
      return inputShape[i + 2]! - covered
    })
    return ops.convTranspose(gradient, weight, null, {
      stride: strides,
      dilation: dilations,
      padding: { before: pads.slice(0, axes), after: pads.slice(axes) },
      groups,
      outputPadding,
    })
  }
  const [before, after] = [full.slice(0, axes), full.slice(axes)]
  if (groups === 1 && size(gradient.shape) + size(inputShape) < size(weight.shape)) {
    // At the bottom of a U-Net the images are smaller than the kernels: flipping those instead comes to the same.
    const space = kernel.map((_, i) => i + 2)
    const swapped = ops.transpose(weight, [1, 0, ...space])
    const turned = ops.conv(ops.flip(gradient, space), swapped, null, { dilation: dilations, padding: { before: after, after: before } }) // prettier-ignore
    return ops.flip(turned, space)
  }
  return ops.conv(gradient, flippedTransposed(ops, weight, groups), null, {
    dilation: dilations,
    padding: { before, after },
    groups,
  })
}

const size = (shape: Shape): number => (shape as readonly number[]).reduce((a, b) => a * b, 1)

/** [outputs, inputs / groups, ...kernel] to [inputs, outputs / groups, ...kernel], every kernel reversed. */
export function flippedTransposed(ops: Ops, weight: Value, groups: number): Value {
  const [outputs, perGroup, ...kernel] = weight.shape as readonly number[]
  const space = kernel.map((_, i) => i + 2)
  const flipped = ops.flip(
    weight,
    space.filter(axis => weight.shape[axis] !== 1),
  )
  if (groups === 1) return ops.transpose(flipped, [1, 0, ...space])
  const grouped = ops.reshape(flipped, [groups, outputs! / groups, perGroup!, ...kernel])
  const swapped = ops.transpose(grouped, [0, 2, 1, ...space.map(axis => axis + 1)])
  return ops.reshape(swapped, [perGroup! * groups, outputs! / groups, ...kernel])
}
