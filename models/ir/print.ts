// A graph as text: one line a node, `%3 = Conv(image, conv1.weight) {pads: 1,1} : float32[2, 8, 64, 64]  # encoder.0`.
import { topologicalOrder, type Graph } from './graph'
import { showType, type AttributeValue } from './types'
import { CONSTANT, INPUT, type Node, type Value } from './value'

/** Inputs first, then nodes in an order in which each comes after what it needs, then outputs. */
export function printGraph(graph: Graph): string {
  const names = new Map<Value, string>(Object.entries(graph.inputs).map(([name, value]) => [value, name]))
  const lines = [...names].map(([value, name]) => `input ${name} : ${showType(value)}`)
  let next = 0
  for (const node of topologicalOrder(Object.values(graph.outputs))) {
    if (node.op === INPUT) continue
    if (node.op === CONSTANT) names.set(node.outputs[0]!, showConstant(node))
    else {
      for (const output of node.outputs) names.set(output, `%${next++}`)
      lines.push(showNode(node, names))
    }
  }
  for (const [name, value] of Object.entries(graph.outputs))
    lines.push(`output ${name} = ${names.get(value)} : ${showType(value)}`)
  return lines.join('\n')
}

function showNode(node: Node, names: ReadonlyMap<Value, string>): string {
  const left = node.outputs.map(output => names.get(output)).join(', ')
  const right = node.inputs.map(value => names.get(value)).join(', ')
  const attributes = Object.entries(node.attributes).map(([key, value]) => `${key}: ${showAttribute(value)}`)
  const braces = attributes.length > 0 ? ` {${attributes.join(', ')}}` : ''
  const where = node.scope === '' ? '' : `  # ${node.scope}`
  return `${left} = ${node.op}(${right})${braces} : ${node.outputs.map(showType).join(', ')}${where}`
}

function showConstant(node: Node): string {
  const data = node.attributes.data as ArrayLike<number | bigint>
  return data.length <= 4
    ? `${showType(node.outputs[0]!)}(${Array.from(data).join(' ')})`
    : `${showType(node.outputs[0]!)}(...)`
}

const showAttribute = (value: AttributeValue): string =>
  typeof value === 'object' ? Array.from(value as ArrayLike<number>).join(',') : String(value)
