// Arithmetic on constant scalars is done while building: epsilons, counts, and what gradients make of them.
import { atScope, constantData, scalar, type Node, type Value } from '../ir'
import { reshape, type OpName } from '../ops'
import { rewriting, type Pass } from './rewrite'

type Compute = (a: number, b: number) => number

/** Operators on one or two numbers. Results are rounded to float32, as the runtime would. */
const COMPUTE: Readonly<Partial<Record<OpName, Compute>>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Neg: a => -a,
  Sqrt: a => Math.sqrt(a),
  Reciprocal: a => 1 / a,
  Exp: a => Math.exp(a),
  Log: a => Math.log(a),
  Reshape: a => a,
}

/** The one number a float32 constant holds, or null. */
export function constantNumber(value: Value): number | null {
  const data = value.dtype === 'float32' ? constantData(value) : null
  return data?.length === 1 ? Number(data[0]) : null
}

const fold = (node: Node): readonly Value[] | null => {
  const compute = COMPUTE[node.op as OpName]
  if (!compute) return null
  const [a, b] = node.inputs.map(constantNumber)
  if (a === null || a === undefined || b === null) return null
  const result = atScope(node.scope, () => reshape(scalar(compute(a, b ?? 0)), node.outputs[0]!.shape))
  return [result]
}

export const foldConstants: Pass = rewriting(fold)
