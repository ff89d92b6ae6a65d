// Arithmetic a node does, in floating-point operations: a multiply-add counts as 2.
import { sizeOf, type Node, type Value } from '../ir'

const elements = (value: Value): number => {
  const size = sizeOf(value.shape)
  return typeof size === 'number' ? size : 0
}

const kernelElements = (weight: Value): number =>
  (weight.shape.slice(1) as readonly number[]).reduce((a, b) => a * b, 1)

/** Convolutions and matrix products by their sums, everything else one per output element; views and copies nothing. */
export function flopsOf({ op, inputs, outputs }: Node): number {
  const output = outputs[0]!
  switch (op) {
    // Each output element is a sum over inputs / groups x kernel.
    case 'Conv':
      return 2 * elements(output) * kernelElements(inputs[1]!)
    // Each input element goes into outputs / groups x kernel sums.
    case 'ConvTranspose':
      return 2 * elements(inputs[0]!) * kernelElements(inputs[1]!)
    case 'MatMul':
      return 2 * elements(output) * (inputs[0]!.shape.at(-1) as number)
    // m k times k n: the inner size is the root of (m k)(k n) / (m n), whichever side is transposed.
    case 'Gemm':
      return 2 * elements(output) * ((elements(inputs[0]!) * elements(inputs[1]!)) / elements(output)) ** 0.5
    case 'Reshape':
    case 'Transpose':
    case 'Concat':
    case 'Slice':
    case 'Pad':
    case 'Expand':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Split':
    case 'Identity':
    case 'Cast':
      return 0
    default:
      return elements(output)
  }
}
