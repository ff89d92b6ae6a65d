// Operators that only ONNX Runtime's CPU provider has. Lowering passes write them; nothing is differentiated after a lowering.
import { staticShape, type Value } from '../ir'
import { convolutions, type ConvAttributes } from './conv'
import { applyOne, type None, type OpTable } from './op'

/**
 * Domain of ONNX Runtime's blocked convolutions (onnxruntime/core/graph/contrib_ops/nchwc_schema_defs.cc, version 1.30). An image keeps the shape
 * [batch, channels, height, width] while its elements lie as [batch, channels / b, height, width, b].
 */
const NCHWC = 'com.microsoft.nchwc'

export interface CpuOps {
  ReorderInput: None
  BlockedConv: ConvAttributes
  ReorderOutput: { readonly channels: number }
}

export const cpuOnly: OpTable<CpuOps> = {
  ReorderInput: {
    infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    onnx: () => ({ domain: NCHWC }),
    gradient: 'none',
  },
  BlockedConv: {
    infer: convolutions.Conv.infer,
    onnx: (attributes, node) => ({ ...convolutions.Conv.onnx(attributes, node), type: 'Conv', domain: NCHWC }),
    gradient: 'none',
  },
  ReorderOutput: {
    infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    onnx: ({ channels }) => ({ domain: NCHWC, attributes: { channels: { int: channels } } }),
    gradient: 'none',
  },
}

/** An image [batch, channels, height, width] into the blocked layout. Channels must be a multiple of the block. */
export const reorderInput = (x: Value): Value => applyOne('ReorderInput', cpuOnly.ReorderInput, [x], {})

/** An image back from the blocked layout. */
export const reorderOutput = (x: Value): Value =>
  applyOne('ReorderOutput', cpuOnly.ReorderOutput, [x], { channels: staticShape(x, 'A blocked image')[1]! })

/**
 * Convolution of a blocked image; the result is blocked.
 * @param x [batch, inputs, height, width]
 * @param w [outputs, inputs, ...kernel], its elements lying as [outputs / b, inputs / b, ...kernel, b of inputs, b of outputs]
 * @param b [outputs] or null
 */
export const blockedConv = (x: Value, w: Value, b: Value | null, attributes: ConvAttributes): Value =>
  applyOne('BlockedConv', cpuOnly.BlockedConv, b ? [x, w, b] : [x, w], attributes)
