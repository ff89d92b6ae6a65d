// Convolution and transposed convolution over N spatial axes.
import { staticShape, type Dim, type Value } from '../ir'
import { convInputGradient } from './convInputGradient'
import { convWeightGradient } from './convWeightGradient'
import { applyOne, reject, type OpTable, type Ops } from './op'
import {
  checkWindow,
  perAxis,
  transposedSizes,
  windowAttributes,
  windowedSizes,
  type PerAxis,
  type WindowAttributes,
  type WindowOptions,
} from './spatial'

export interface ConvAttributes extends WindowAttributes {
  readonly groups: number
}
export interface ConvTransposeAttributes extends ConvAttributes {
  readonly outputPadding: readonly number[]
}
export interface ConvOps {
  Conv: ConvAttributes
  ConvTranspose: ConvTransposeAttributes
}

const onnxAttributes = ({ strides, dilations, pads, groups }: ConvAttributes, kernel: readonly number[]) => ({
  kernel_shape: { ints: kernel },
  strides: { ints: strides },
  dilations: { ints: dilations },
  pads: { ints: pads },
  group: { int: groups },
})

const kernelOf = (weight: Value): readonly number[] => staticShape(weight, 'A convolution weight').slice(2)

/** The gradient of a bias: summed over batch and space. */
const biasGradient = (ops: Ops, gradient: Value): Value =>
  ops.reduceSum(gradient, { axes: gradient.shape.map((_, i) => i).filter(i => i !== 1) })

function checkConv(
  x: Value,
  w: Value,
  b: Value | undefined,
  inputs: Dim,
  outputs: Dim,
  attributes: ConvAttributes,
): void {
  if (x.rank !== w.rank) reject(`An image of rank ${x.rank} needs a weight of the same rank, not ${w.rank}.`)
  checkWindow(attributes, kernelOf(w))
  const { groups } = attributes
  if (!Number.isSafeInteger(groups) || groups < 1) reject(`${groups} groups are not possible.`, 'config-invalid')
  if (x.shape[1] !== inputs) reject(`The weight expects ${inputs} channels and the image has ${x.shape[1]}.`)
  if (typeof inputs === 'number' && inputs % groups !== 0)
    reject(`${inputs} channels do not divide into ${groups} groups.`)
  if (typeof outputs === 'number' && outputs % groups !== 0)
    reject(`${outputs} output channels do not divide into ${groups} groups.`)
  if (b && (b.rank !== 1 || b.shape[0] !== outputs)) reject(`The bias must have ${outputs} elements.`)
}

export const convolutions: OpTable<ConvOps> = {
  Conv: {
    infer: ([x, w, b], attributes) => {
      const [outputs, perGroup, ...kernel] = staticShape(w!, 'A convolution weight')
      checkConv(x!, w!, b, perGroup! * attributes.groups, outputs!, attributes)
      return [
        { dtype: x!.dtype, shape: [x!.shape[0]!, outputs!, ...windowedSizes(x!.shape.slice(2), kernel, attributes)] },
      ]
    },
    onnx: (attributes, { inputs: [, w] }) => ({ attributes: onnxAttributes(attributes, kernelOf(w!)) }),
    gradient: ({ ops, attributes, inputs: [x, w, b], gradients: [g] }) => [
      convInputGradient(ops, g!, w!, staticShape(x!, 'The gradient of a convolution'), attributes),
      convWeightGradient(ops, x!, g!, kernelOf(w!), attributes),
      ...(b ? [biasGradient(ops, g!)] : []),
    ],
  },
  // The adjoint of a Conv with the same weight and attributes: its gradients are that Conv, and the weight gradient with the roles swapped.
  ConvTranspose: {
    infer: ([x, w, b], attributes) => {
      const [inputs, perGroup, ...kernel] = staticShape(w!, 'A convolution weight')
      const outputs = perGroup! * attributes.groups
      checkConv(x!, w!, b, inputs!, outputs, attributes)
      if (attributes.outputPadding.some((n, i) => !Number.isSafeInteger(n) || n < 0 || n >= attributes.strides[i]!))
        reject('Output padding must be from 0 to the stride - 1.', 'config-invalid')
      const sizes = transposedSizes(x!.shape.slice(2), kernel, attributes, attributes.outputPadding)
      return [{ dtype: x!.dtype, shape: [x!.shape[0]!, outputs, ...sizes] }]
    },
    onnx: (attributes, { inputs: [, w] }) => ({
      attributes: { ...onnxAttributes(attributes, kernelOf(w!)), output_padding: { ints: attributes.outputPadding } },
    }),
    gradient: ({ ops, attributes: { outputPadding: _, ...attributes }, inputs: [x, w, b], gradients: [g] }) => [
      applyOne('Conv', convolutions.Conv, [g!, w!], attributes),
      convWeightGradient(ops, g!, x!, kernelOf(w!), attributes),
      ...(b ? [biasGradient(ops, g!)] : []),
    ],
  },
}

export interface ConvOptions extends WindowOptions {
  readonly groups?: number
}
export interface ConvTransposeOptions extends ConvOptions {
  /** Rows added at the far end, to choose among the sizes that a strided convolution maps to the input's. */
  readonly outputPadding?: PerAxis
}

/**
 * Convolution (cross-correlation, as everywhere in deep learning).
 * @param x [batch, inputs, ...space]
 * @param w [outputs, inputs / groups, ...kernel]
 * @param b [outputs] or null
 * @returns [batch, outputs, ...floor((space + padding - dilation (kernel - 1) - 1) / stride) + 1]
 */
export function conv(x: Value, w: Value, b: Value | null = null, { groups = 1, ...window }: ConvOptions = {}): Value {
  const attributes = { ...windowAttributes(window, kernelOf(w)), groups }
  return applyOne('Conv', convolutions.Conv, b ? [x, w, b] : [x, w], attributes)
}

/**
 * Transposed convolution: the adjoint of `conv` with the same weight.
 * @param x [batch, inputs, ...space]
 * @param w [inputs, outputs / groups, ...kernel]
 * @param b [outputs] or null
 * @returns [batch, outputs, ...(space - 1) stride - padding + dilation (kernel - 1) + 1 + outputPadding]
 */
export function convTranspose(x: Value, w: Value, b: Value | null = null, options: ConvTransposeOptions = {}): Value {
  const { groups = 1, outputPadding = 0, ...window } = options
  const kernel = kernelOf(w)
  const attributes = {
    ...windowAttributes(window, kernel),
    groups,
    outputPadding: perAxis(outputPadding, kernel.length),
  }
  return applyOne('ConvTranspose', convolutions.ConvTranspose, b ? [x, w, b] : [x, w], attributes)
}
