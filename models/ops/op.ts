// What an operator is: its shape rule, its ONNX form and its gradient; and how a node of it is made.
import { ModelError } from '../errors'
import {
  currentScope,
  describeValue,
  Node,
  showShape,
  type Attributes,
  type TensorData,
  type TensorType,
  type Value,
} from '../ir'
import type * as Functions from './functions'

/** All operator functions. Gradient rules get them as an argument, so that families need not import each other in a ring. */
export type Ops = typeof Functions

/** An attribute in ONNX's own types: int, float, string, ints, floats. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }

/** A small tensor that ONNX wants as an input where we keep an attribute; null for an optional input left out. */
export interface OnnxConstant {
  readonly dtype: 'int64' | 'float32' | 'bool'
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** A node as ONNX writes it. `constants` follow the node's own inputs. */
export interface OnnxForm {
  /** The operator type where it is not the name in the table. */
  readonly type?: string
  readonly domain?: string
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>
  readonly constants?: readonly (OnnxConstant | null)[]
}

export interface GradientContext<A> {
  readonly ops: Ops
  readonly attributes: A
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /** dLoss/dOutput, one for each output (zeros where the loss does not depend on it). */
  readonly gradients: readonly Value[]
}

/**
 * dLoss/dInput for each input, of the input's shape or broadcasting to it; null where an input is not differentiable by nature
 * (indices, masks).
 */
export type GradientRule<A> = (context: GradientContext<A>) => readonly (Value | null)[]

export interface OpDefinition<A> {
  /** The output types. @throws ModelError shape-mismatch | config-invalid through `reject`. */
  readonly infer: (inputs: readonly Value[], attributes: A) => readonly TensorType[]
  readonly onnx: (attributes: A, node: Node) => OnnxForm
  /** `none`: not differentiable by nature; no gradient flows through it. */
  readonly gradient: GradientRule<A> | 'none'
}

/** One definition for every name of `T`, none missing. */
export type OpTable<T> = { readonly [K in keyof T]: OpDefinition<T[K]> }

/** No attributes. */
export type None = Readonly<Record<never, never>>

/** Builds a node; all its outputs. Errors name the layer and the operator. */
export function apply<A>(
  op: string,
  definition: OpDefinition<A>,
  inputs: readonly Value[],
  attributes: A,
): readonly Value[] {
  let types: readonly TensorType[]
  try {
    types = definition.infer(inputs, attributes)
  } catch (thrown) {
    if (!(thrown instanceof Rejection)) throw thrown
    const scope = currentScope() || inputs.find(value => value.scope !== '')?.scope || ''
    const where = scope === '' ? op : `${scope} (${op})`
    const shapes = inputs.map(value => `${describeValue(value)} ${showShape(value.shape)}`).join(', ')
    throw new ModelError(thrown.code, `${where}: ${thrown.message} Inputs: ${shapes}.`, {
      layer: scope,
      op,
      shapes: inputs.map(value => value.shape),
    })
  }
  return new Node(op, inputs, attributes as Attributes, types, currentScope()).outputs
}

/** Builds a node with one output. */
export const applyOne = <A>(op: string, definition: OpDefinition<A>, inputs: readonly Value[], attributes: A): Value =>
  apply(op, definition, inputs, attributes)[0]!

class Rejection extends Error {
  constructor(
    readonly code: 'shape-mismatch' | 'config-invalid',
    message: string,
  ) {
    super(message)
  }
}

/** Inside a shape rule: refuses the inputs. `apply` adds the layer, the operator and the shapes. */
export function reject(message: string, code: 'shape-mismatch' | 'config-invalid' = 'shape-mismatch'): never {
  throw new Rejection(code, message)
}

/** int64 constants: axes, sizes, pads. */
export const int64s = (values: readonly number[], shape: readonly number[] = [values.length]): OnnxConstant => ({
  dtype: 'int64',
  shape,
  data: BigInt64Array.from(values, BigInt),
})

export const float32s = (values: readonly number[], shape: readonly number[] = [values.length]): OnnxConstant => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
})

/** A non-negative axis. Rejects one out of range. */
export function normalAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank)
    reject(`Axis ${axis} does not exist in a tensor of rank ${rank}.`)
  return positive
}

/** Non-negative axes in rising order; all of them by default. The shape rule checks them. */
export function normalAxes(axes: readonly number[] | undefined, rank: number): readonly number[] {
  if (!axes) return Array.from({ length: rank }, (_, i) => i)
  return axes.map(axis => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
}
