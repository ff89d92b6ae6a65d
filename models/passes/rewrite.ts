// The engine of every pass: walks a graph in order and lets a rule replace nodes. What nobody uses any more falls away by itself.
import { createGraph, INPUT, Node, topologicalOrder, type Graph, type Value } from '../ir'

/** A graph in, an equivalent graph out, with the same input and output names. */
export type Pass = (graph: Graph) => Graph

/**
 * What replaces a node whose inputs have been rewritten: one value for each of its outputs, of the same type; or null to keep it.
 */
export type Rule = (node: Node) => readonly Value[] | null

/** A pass that applies a rule to every operator, inputs first. Inputs of the graph stay the same objects. */
export const rewriting =
  (rule: Rule): Pass =>
  graph => {
    const now = new Map<Value, Value>()
    for (const node of topologicalOrder(Object.values(graph.outputs))) {
      if (node.op === INPUT) continue
      const current = withInputs(node, node.inputs.map(value => now.get(value) ?? value)) // prettier-ignore
      const outputs = rule(current) ?? current.outputs
      node.outputs.forEach((output, i) => {
        if (outputs[i] !== output) now.set(output, outputs[i]!)
      })
    }
    const outputs = Object.entries(graph.outputs).map(([name, value]) => [name, now.get(value) ?? value] as const)
    return createGraph(graph.inputs, Object.fromEntries(outputs))
  }

/** The node itself while its inputs are the same. */
function withInputs(node: Node, inputs: readonly Value[]): Node {
  if (inputs.every((value, i) => value === node.inputs[i])) return node
  return new Node(node.op, inputs, node.attributes, node.outputs, node.scope, node.hint)
}

/** One pass after the other. */
export const pipeline =
  (...passes: readonly Pass[]): Pass =>
  graph =>
    passes.reduce((current, pass) => pass(current), graph)
