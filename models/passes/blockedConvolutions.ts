// Two-dimensional convolutions in ONNX Runtime's blocked layout, which its CPU provider computes faster; what it gained is in docs/engine-notes.md.
import { atScope, isStatic, type Node, type Value } from '../ir'
import * as ops from '../ops'
import type { ConvAttributes } from '../ops/conv'
import { blockedConv, reorderInput, reorderOutput } from '../ops/cpu'
import { rewriting, type Pass } from './rewrite'

/** Below so many output positions a convolution is bound by reading its weights, and blocking those costs more than it saves. */
const FEWEST_POSITIONS = 128

/**
 * @param block channels of one block: what `MlasNchwcGetBlockSize` of the running build gives (16 with AVX-512, 8 with AVX2). Another
 *   number gives wrong results without an error, so ask the runtime (see electron/compute/runtime/channelBlock.ts).
 */
export const blockConvolutions = (block: number): Pass =>
  rewriting(node => {
    if (node.op !== 'Conv' || !fits(node, block)) return null
    return [atScope(node.scope, () => blocked(node, block))]
  })

/** Whole blocks of channels on both sides, and enough positions. */
function fits({ inputs: [x, w], attributes, outputs: [y] }: Node, block: number): boolean {
  if (x!.rank !== 4 || !isStatic(x!.shape) || !isStatic(w!.shape) || !isStatic(y!.shape)) return false
  const [outputs, inputs] = w!.shape
  const [, , height, width] = y!.shape
  return (
    attributes.groups === 1 && outputs! % block === 0 && inputs! % block === 0 && height! * width! >= FEWEST_POSITIONS
  )
}

function blocked({ inputs: [x, w, b], attributes }: Node, block: number): Value {
  const weight = blockedWeight(w!, block)
  return reorderOutput(blockedConv(reorderInput(x!), weight, b ?? null, attributes as unknown as ConvAttributes))
}

/**
 * [outputs, inputs, ...kernel] with its elements as [outputs / b, inputs / b, ...kernel, b of inputs, b of outputs], under the same shape.
 * The flip and the transpose that an input gradient has made before are taken into it: blocked kernels are reversed in long stretches.
 */
function blockedWeight(w: Value, block: number): Value {
  const swapped = w.node.op === 'Transpose' && String(w.node.attributes.permutation) === '1,0,2,3'
  const inner = swapped ? w.node.inputs[0]! : w
  const flipped = isFlip(inner.node)
  const [first, second, ...kernel] = inner.shape as readonly number[]
  const parts = ops.reshape(flipped ? inner.node.inputs[0]! : inner, [
    first! / block,
    block,
    second! / block,
    block,
    ...kernel,
  ])
  const blocks = ops.transpose(parts, swapped ? [2, 0, 4, 5, 1, 3] : [0, 2, 4, 5, 3, 1])
  return ops.reshape(flipped ? ops.flip(blocks, [2, 3]) : blocks, w.shape)
}

/** Both kernel axes reversed, as `flippedTransposed` of the input gradient does it. */
const isFlip = ({ op, attributes }: Node): boolean =>
  op === 'Slice' && String(attributes.axes) === '2,3' && String(attributes.steps) === '-1,-1'
