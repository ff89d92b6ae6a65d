// A graph: named inputs, named outputs, and everything between them by reference.
import { ModelError } from '../errors'
import { describeValue, CONSTANT, INPUT, type Node, type Value } from './value'

export interface Graph {
  /** Fed at run time, by name, in the order of the file. */
  readonly inputs: Readonly<Record<string, Value>>
  readonly outputs: Readonly<Record<string, Value>>
}

/**
 * @throws ModelError graph-invalid when an output needs an input that is not listed, when a listed input is not one, or a name is taken twice.
 */
export function createGraph(inputs: Readonly<Record<string, Value>>, outputs: Readonly<Record<string, Value>>): Graph {
  const listed = new Set<Value>()
  for (const [name, value] of Object.entries(inputs)) {
    if (value.node.op !== INPUT)
      throw new ModelError(
        'graph-invalid',
        `The graph input ${name} is computed by ${describeValue(value)}, not fed.`,
        { input: name },
      )
    if (listed.has(value))
      throw new ModelError('graph-invalid', `The graph input ${name} is listed under two names.`, { input: name })
    if (name in outputs)
      throw new ModelError('graph-invalid', `The name ${name} is both an input and an output.`, { name })
    listed.add(value)
  }
  if (Object.keys(outputs).length === 0) throw new ModelError('graph-invalid', 'A graph needs at least one output.')
  for (const node of topologicalOrder(Object.values(outputs)))
    if (node.op === INPUT && !listed.has(node.outputs[0]!))
      throw new ModelError(
        'graph-invalid',
        `The graph needs ${describeValue(node.outputs[0]!)}, which is not among its inputs.`,
        {
          input: describeValue(node.outputs[0]!),
        },
      )
  return { inputs, outputs }
}

/** Every node the values depend on, each after its inputs; order is deterministic. Deep graphs do not overflow the stack. */
export function topologicalOrder(values: readonly Value[]): readonly Node[] {
  const done = new Set<Node>()
  const order: Node[] = []
  const stack: { node: Node; next: number }[] = []
  const visit = (node: Node) => {
    if (done.has(node)) return
    done.add(node)
    stack.push({ node, next: 0 })
  }
  for (const value of values) {
    visit(value.node)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const child = top.node.inputs[top.next++]
      if (child) visit(child.node)
      else {
        order.push(top.node)
        stack.pop()
      }
    }
  }
  return order
}

/** The operators of a graph in order, without inputs and constants. */
export const operatorsOf = (graph: Graph): readonly Node[] =>
  topologicalOrder(Object.values(graph.outputs)).filter(node => node.op !== INPUT && node.op !== CONSTANT)
