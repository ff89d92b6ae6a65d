// Reverse-mode differentiation: the backward walk over the nodes between a loss and the values it depends on.
import { ModelError } from '../errors'
import {
  atScope,
  describeValue,
  full,
  isFloat,
  showShape,
  staticShape,
  topologicalOrder,
  type Node,
  type Value,
} from '../ir'
import * as ops from '../ops'

/**
 * dLoss/dValue for each value, of the value's shape.
 * A value that the loss does not depend on (or only through operators without a gradient) gets zeros.
 * @param loss a scalar, or any tensor together with `seed`
 * @param seed dObjective/dLoss, of the loss's shape; 1 by default
 * @throws ModelError graph-invalid when the loss is not a floating scalar, shape-mismatch when a symbolic size prevents a gradient
 */
export function gradients(loss: Value, wrt: readonly Value[], seed?: Value): readonly Value[] {
  if (!isFloat(loss.dtype))
    throw new ModelError(
      'graph-invalid',
      `The loss ${describeValue(loss)} is ${loss.dtype}; only floating values have gradients.`,
    )
  if (!seed && loss.rank > 0 && loss.shape.some(dim => dim !== 1))
    throw new ModelError(
      'graph-invalid',
      `The loss ${describeValue(loss)} has shape ${showShape(loss.shape)}; reduce it to one number first.`,
    )
  const found = new Map<Value, Value>([[loss, seed ?? full(staticShape(loss, 'A loss'), 1, loss.dtype)]])
  const order = topologicalOrder([loss])
  const wanted = dependents(order, wrt)
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!
    if (wanted.has(node) && node.outputs.some(output => found.has(output)))
      atScope(node.scope, () => backward(node, found, wanted))
  }
  return wrt.map(value => gradientOf(value, found))
}

/** The nodes on a way from one of the values to the end of the order. */
function dependents(order: readonly Node[], values: readonly Value[]): ReadonlySet<Node> {
  const nodes = new Set<Node>(values.map(value => value.node))
  for (const node of order) if (node.inputs.some(input => nodes.has(input.node))) nodes.add(node)
  return nodes
}

/** What has been found for a value, stretched to its shape where rules left it smaller; zeros where nothing was. */
function gradientOf(value: Value, found: ReadonlyMap<Value, Value>): Value {
  const gradient = found.get(value)
  return gradient ? ops.broadcastTo(gradient, value.shape) : full(staticShape(value, 'A gradient'), 0, value.dtype)
}

/** Adds what a node's outputs hand back to the gradients of its inputs. */
function backward(node: Node, found: Map<Value, Value>, wanted: ReadonlySet<Node>): void {
  if (node.inputs.length === 0) return
  const { gradient } = ops.definitionOf(node)
  if (gradient === 'none') return
  const handed = gradient({
    ops,
    attributes: node.attributes,
    inputs: node.inputs,
    outputs: node.outputs,
    gradients: node.outputs.map(output => gradientOf(output, found)),
  })
  node.inputs.forEach((input, i) => {
    const share = handed[i]
    if (!share || !wanted.has(input.node)) return
    const before = found.get(input)
    found.set(input, before ? ops.add(before, share) : share)
  })
}
