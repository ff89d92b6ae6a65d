// Values and the nodes that produce them. Objects, not names: a name is given at serialisation.
import type { Attributes, DType, Shape, TensorData, TensorType } from './types'

/** What a node is: a graph input, a constant, or the name of an operator (see ops/registry.ts). */
export const INPUT = 'Input'
export const CONSTANT = 'Constant'

/** One operation. Immutable once built; `outputs` are made with it. */
export class Node {
  readonly outputs: readonly Value[]

  constructor(
    readonly op: string,
    readonly inputs: readonly Value[],
    readonly attributes: Attributes,
    outputs: readonly TensorType[],
    /** The layer it belongs to, `encoder.0.conv1`; empty outside of layers. */
    readonly scope: string,
    /** A name it would like: the last part of what printouts and errors call it. */
    readonly hint: string | null = null,
  ) {
    this.outputs = outputs.map(({ dtype, shape }, index) => new Value(this, index, dtype, shape))
  }
}

/** One tensor of a graph: an element type, a shape and the node that makes it. */
export class Value implements TensorType {
  constructor(
    readonly node: Node,
    /** Which of the node's outputs this is. */
    readonly index: number,
    readonly dtype: DType,
    readonly shape: Shape,
  ) {}

  get rank(): number {
    return this.shape.length
  }

  get scope(): string {
    return this.node.scope
  }

  get hint(): string | null {
    return this.node.hint
  }
}

/** The data of a constant, or null when the value is computed or fed. */
export const constantData = (value: Value): TensorData | null =>
  value.node.op === CONSTANT ? (value.node.attributes.data as TensorData) : null

/** How errors and printouts call a value: `encoder.0.conv1.weight`, `encoder.0 Conv`. */
export function describeValue({ node }: Value): string {
  const own = node.hint ?? node.op
  return node.scope === '' ? own : node.hint === null ? `${node.scope} ${own}` : `${node.scope}.${own}`
}
