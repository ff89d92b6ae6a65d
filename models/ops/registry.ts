// All operators by name. A name without a shape rule, an ONNX form and a gradient (or an explicit 'none') does not compile.
import type { Node } from '../ir'
import { ModelError } from '../errors'
import { activations, type ActivationOps } from './activations'
import { compare, type CompareOps } from './compare'
import { convolutions, type ConvOps } from './conv'
import { cpuOnly, type CpuOps } from './cpu'
import { elementwise, type ElementwiseOps } from './elementwise'
import { gathers, type GatherOps } from './gather'
import { products, type MatmulOps } from './matmul'
import type { OpDefinition, OpTable } from './op'
import { pools, type PoolOps } from './pool'
import { reductions, type ReduceOps } from './reduce'
import { resizes, type ResizeOps } from './resize'
import { shapes, type ShapeOps } from './shape'
import { unary, type UnaryOps } from './unary'
import { windows, type WindowOps } from './window'

/** Operator names and their attributes. */
export interface OpAttributes
  extends
    ActivationOps,
    CompareOps,
    ConvOps,
    CpuOps,
    ElementwiseOps,
    GatherOps,
    MatmulOps,
    PoolOps,
    ReduceOps,
    ResizeOps,
    ShapeOps,
    UnaryOps,
    WindowOps {}

export type OpName = keyof OpAttributes

export const OPS: OpTable<OpAttributes> = {
  ...activations,
  ...compare,
  ...convolutions,
  ...cpuOnly,
  ...elementwise,
  ...gathers,
  ...products,
  ...pools,
  ...reductions,
  ...resizes,
  ...shapes,
  ...unary,
  ...windows,
}

/** The definition of a node's operator. @throws ModelError graph-invalid for a name that is none. */
export function definitionOf(node: Node): OpDefinition<Node['attributes']> {
  if (!Object.hasOwn(OPS, node.op))
    throw new ModelError('graph-invalid', `${node.op} is not an operator of this library.`, { op: node.op })
  // A node is made by `apply` with the attributes its name stands for.
  return OPS[node.op as OpName] as unknown as OpDefinition<Node['attributes']>
}
