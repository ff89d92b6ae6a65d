// Steps that change nothing: chains of reshapes and transposes, neutral elements, stretching what broadcasts anyway.
import { atScope, Node, sameShape, type Value } from '../ir'
import { reshape, transpose, type OpName } from '../ops'
import { constantNumber } from './foldConstants'
import { rewriting, type Pass } from './rewrite'

type Simplify = (node: Node) => Value | null

/** The value that went through an operator just before, or null. */
const before = (value: Value, op: OpName): Value | null => (value.node.op === op ? value.node.inputs[0]! : null)

/** The operand itself where the other one is neutral; `sides` says on which sides it may stand. */
const neutral =
  (element: number, sides: 'both' | 'right'): Simplify =>
  ({ inputs: [a, b], outputs: [y] }) => {
    if (constantNumber(b!) === element && sameShape(a!.shape, y!.shape)) return a!
    return sides === 'both' && constantNumber(a!) === element && sameShape(b!.shape, y!.shape) ? b! : null
  }

/** A stretched operand against one that has the full shape already: the operator broadcasts by itself. */
const unstretched: Simplify = node => {
  const output = node.outputs[0]!
  const inputs = node.inputs.map((value, i) => {
    const others = node.inputs.filter((_, j) => j !== i)
    return others.some(other => other.node.op !== 'Expand' && sameShape(other.shape, output.shape))
      ? (before(value, 'Expand') ?? value)
      : value
  })
  if (inputs.every((value, i) => value === node.inputs[i])) return null
  return new Node(node.op, inputs, node.attributes, node.outputs, node.scope, node.hint).outputs[0]!
}

const first =
  (...rules: readonly Simplify[]): Simplify =>
  node =>
    rules.reduce<Value | null>((found, rule) => found ?? rule(node), null)

const RULES: Readonly<Partial<Record<OpName, Simplify>>> = {
  Add: first(neutral(0, 'both'), unstretched),
  Sub: first(neutral(0, 'right'), unstretched),
  Mul: first(neutral(1, 'both'), unstretched),
  Div: first(neutral(1, 'right'), unstretched),
  Min: unstretched,
  Max: unstretched,
  Neg: ({ inputs: [x] }) => before(x!, 'Neg'),
  Reshape: ({ inputs: [x], outputs: [y] }) => {
    const inner = before(x!, 'Reshape')
    return inner ? reshape(inner, y!.shape) : null
  },
  Transpose: ({ inputs: [x], attributes }) => {
    const inner = before(x!, 'Transpose')
    if (!inner) return null
    const first = x!.node.attributes.permutation as readonly number[]
    return transpose(
      inner,
      (attributes.permutation as readonly number[]).map(axis => first[axis]!),
    )
  },
}

export const simplify: Pass = rewriting(node => {
  const rule = RULES[node.op as OpName]
  const value = rule ? atScope(node.scope, () => rule(node)) : null
  return value && [value]
})
