// Lowering for the WebGPU provider of ONNX Runtime 1.30: what it does not have is written with what it has, so that nothing is copied to the CPU and back.
import { atScope, isStatic, type Node, type Value } from '../ir'
import * as ops from '../ops'
import { flippedTransposed } from '../ops/convInputGradient'
import type { ConvTransposeAttributes } from '../ops/conv'
import { zeroInsert } from '../ops/window'
import { composedLogSoftmax } from './logSoftmax'
import { rewriting, type Pass } from './rewrite'

const LOWERINGS: Readonly<Partial<Record<ops.OpName, (node: Node) => Value | null>>> = {
  // De Morgan
  Or: ({ inputs: [a, b] }) => ops.not(ops.and(ops.not(a!), ops.not(b!))),
  LogSoftmax: composedLogSoftmax,
  // Its ConvTranspose knows one and two spatial axes and throws at run time for three.
  ConvTranspose: node => {
    const attributes = node.attributes as unknown as ConvTransposeAttributes
    const [x] = node.inputs
    if (attributes.strides.length < 3 || !isStatic(x!.shape)) return null
    return tiles(node, attributes) ? tiledTranspose(node, attributes) : spreadTranspose(node, attributes)
  },
}

/** Windows that lie side by side: every input position makes its own block of the output. */
function tiles(
  { inputs: [, w] }: Node,
  { strides, pads, outputPadding, dilations, groups }: ConvTransposeAttributes,
): boolean {
  const kernel = w!.shape.slice(2)
  const none = [...pads, ...outputPadding].every(n => n === 0)
  return groups === 1 && none && kernel.every((size, i) => size === strides[i] && (size === 1 || dilations[i] === 1))
}

/** A 1x1 convolution makes the blocks as channels; a transpose puts them in place. */
function tiledTranspose({ inputs: [x, w, b], outputs: [y] }: Node, { strides }: ConvTransposeAttributes): Value {
  const [batch, inputs, ...space] = x!.shape as readonly number[]
  const outputs = w!.shape[1] as number
  const axes = strides.length
  const block = strides.reduce((product, size) => product * size, 1)
  const weight = ops.reshape(ops.transpose(ops.reshape(w!, [inputs!, outputs * block]), [1, 0]), [
    outputs * block,
    inputs!,
    ...space.map(() => 1),
  ])
  const blocks = ops.reshape(ops.conv(x!, weight), [batch!, outputs, ...strides, ...space])
  const interleaved = space.flatMap((_, i) => [2 + axes + i, 2 + i])
  return withBias(ops.reshape(ops.transpose(blocks, [0, 1, ...interleaved]), y!.shape), b)
}

/** Zeros between the positions, then a convolution with the flipped, transposed weight. */
function spreadTranspose({ inputs: [x, w, b] }: Node, attributes: ConvTransposeAttributes): Value {
  const { strides, dilations, pads, outputPadding, groups } = attributes
  const axes = strides.length
  const spread = strides.reduce((value, stride, i) => zeroInsert(ops, value, i + 2, stride), x!)
  const reach = strides.map((_, i) => dilations[i]! * ((w!.shape[i + 2] as number) - 1))
  const before = reach.map((span, i) => span - pads[i]!)
  const after = reach.map((span, i) => span - pads[i + axes]! + outputPadding[i]!)
  const image = ops.pad(spread, [0, 0, ...before], [0, 0, ...after])
  return withBias(ops.conv(image, flippedTransposed(ops, w!, groups), null, { dilation: dilations, groups }), b)
}

const withBias = (y: Value, b: Value | undefined): Value =>
  b ? ops.add(y, ops.reshape(b, [1, b.shape[0]!, ...y.shape.slice(2).map(() => 1)])) : y

export const lowerForWebGpu: Pass = rewriting(node => {
  const lowering = LOWERINGS[node.op as ops.OpName]
  const value = lowering ? atScope(node.scope, () => lowering(node)) : null
  return value && [value]
})
