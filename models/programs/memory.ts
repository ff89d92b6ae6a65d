// How much memory a graph needs at its peak, from when each tensor is made and last used.
import { BYTES, sizeOf, topologicalOrder, type Graph, type Node, type Value } from '../ir'

/** Operators that only look at the same bytes in another shape. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'Squeeze', 'Unsqueeze'])

/** @throws never; a symbolic size counts as one element, so ask for static graphs. */
export function bytesOf({ dtype, shape }: Value): number {
  const size = sizeOf(shape)
  return typeof size === 'number' ? size * BYTES[dtype] : BYTES[dtype]
}

/**
 * Peak bytes of one run in graph order: inputs and outputs for its whole length, everything between from the node that
 * makes it to the last that reads it. Kernels' own workspaces and the allocator's rounding are not in it.
 */
export function peakBytes(graph: Graph): number {
  const order = topologicalOrder(Object.values(graph.outputs))
  const owners = viewOwners(order)
  const lastUse = new Map<Value, number>()
  order.forEach((node, i) => node.inputs.forEach(value => lastUse.set(owners.get(value) ?? value, i)))
  for (const value of Object.values(graph.outputs)) lastUse.set(owners.get(value) ?? value, order.length)

  let live = Object.values(graph.inputs).reduce((sum, value) => sum + bytesOf(value), 0)
  let peak = live
  order.forEach((node, i) => {
    if (node.inputs.length === 0 || VIEWS.has(node.op)) return
    for (const value of node.outputs) live += bytesOf(value)
    peak = Math.max(peak, live)
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      const owner = owners.get(value) ?? value
      if ((lastUse.get(owner) ?? i) === i && owner.node.inputs.length > 0) live -= bytesOf(owner)
    }
  })
  return peak
}

/** For each view the tensor whose bytes it looks at. */
function viewOwners(order: readonly Node[]): ReadonlyMap<Value, Value> {
  const owners = new Map<Value, Value>()
  for (const node of order)
    if (VIEWS.has(node.op)) owners.set(node.outputs[0]!, owners.get(node.inputs[0]!) ?? node.inputs[0]!)
  return owners
}
