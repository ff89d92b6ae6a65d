// Forms that ONNX Runtime's CPU provider computes faster than the plain ones; what each gained is in docs/engine-notes.md.
import { atScope, type Node, type Value } from '../ir'
import * as ops from '../ops'
import { constantNumber } from './foldConstants'
import { composedLogSoftmax } from './logSoftmax'
import { rewriting, type Pass } from './rewrite'

const LOWERINGS: Readonly<Partial<Record<ops.OpName, (node: Node) => Value | null>>> = {
  // Along another axis than the last the provider transposes, works row by row, and transposes back.
  LogSoftmax: node => {
    const { inputs: [x], attributes } = node // prettier-ignore
    return normal(attributes.axis as number, x!.rank) === x!.rank - 1 ? null : composedLogSoftmax(node)
  },
  ReduceSumSquare: ({ inputs: [x], attributes }) => ops.reduceSum(ops.mul(x!, x!), attributes),
  Max: leakySlope,
}

/** Largest float32 is 3.4e38: a factor that carries every normal number to 1 or beyond, and none of them to infinity times 0. */
const STEEP = 1e38

/** max(x > 0, alpha), the slope of a leaky rectifier, as x STEEP limited to [alpha, 1]: the comparison's bool tensor and its cast cost more. */
function leakySlope({ inputs: [mask, alpha] }: Node): Value | null {
  const limit = constantNumber(alpha!)
  const comparison = mask!.node.op === 'Cast' ? mask!.node.inputs[0]!.node : null
  if (limit === null || comparison?.op !== 'Greater' || mask!.dtype !== 'float32') return null
  const [x, zero] = comparison.inputs
  if (constantNumber(zero!) !== 0) return null
  return ops.clip(ops.mul(x!, ops.scalar(STEEP)), limit, 1)
}

const normal = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

export const lowerForCpu: Pass = rewriting(node => {
  const lowering = LOWERINGS[node.op as ops.OpName]
  const value = lowering ? atScope(node.scope, () => lowering(node)) : null
  return value && [value]
})
