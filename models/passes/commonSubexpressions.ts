// Nodes that compute the same from the same are kept once.
import { CONSTANT, constantData, type Graph, type Node, type Value } from '../ir'
import { rewriting } from './rewrite'

/** Constants beyond this many elements are compared by identity: reading them would cost more than it saves. */
const LARGEST_COMPARED = 64

/** The same graph, in which no two nodes have the same operator, attributes and inputs. Outputs keep their names and values. */
export function mergeCommon(graph: Graph): Graph {
  const known = new Map<string, readonly Value[]>()
  const ids = new Map<Value, number>()
  const id = (value: Value) => {
    const before = ids.get(value)
    if (before !== undefined) return before
    ids.set(value, ids.size)
    return ids.size - 1
  }
  return rewriting(node => {
    const key = keyOf(node, node.inputs.map(id)) // prettier-ignore
    if (key === null) return null
    const same = known.get(key) ?? node.outputs
    known.set(key, same)
    return same
  })(graph)
}

function keyOf(node: Node, inputs: readonly number[]): string | null {
  if (node.op !== CONSTANT) return `${node.op}(${inputs.join()})${JSON.stringify(node.attributes)}`
  const data = constantData(node.outputs[0]!)!
  if (data.length > LARGEST_COMPARED) return null
  return `${node.outputs[0]!.dtype}[${node.outputs[0]!.shape.join()}]${data.join()}`
}
