// Graph to Program: serialises, and writes down the border.
import { ModelError } from '../errors'
import type { Graph, Value } from '../ir'
import type { NoiseInput } from '../layers/context'
import { toOnnx } from '../onnx'
import { lower, STANDARD } from '../passes'
import type { DType, Program, StateSpec, TensorSpec } from './types'

const BORDER_TYPES: readonly DType[] = ['float32', 'int32', 'int64', 'bool']

/**
 * @param state tensors kept between runs: their inputs and next values are no part of the program's own inputs and outputs.
 * @throws ModelError graph-invalid for a border tensor of a type that a runtime is not fed.
 */
export function toProgram(
  kind: Program['kind'],
  graph: Graph,
  state: readonly StateSpec[],
  noises: readonly NoiseInput[] = [],
): Program {
  const kept = new Set(state.flatMap(({ name, next }) => (next === null ? [name] : [name, next])))
  const random = new Map(noises.map(({ name, distribution }) => [name, distribution]))
  const border = (values: Readonly<Record<string, Value>>) =>
    Object.entries(values)
      .filter(([name]) => !kept.has(name))
      .map(([name, value]) => tensorSpec(name, value, random.get(name)))
  return {
    kind,
    model: (lowering = STANDARD) => toOnnx(lower(lowering)(graph), { name: kind }),
    inputs: border(graph.inputs),
    state,
    outputs: border(graph.outputs),
  }
}

function tensorSpec(name: string, { dtype, shape }: Value, random: NoiseInput['distribution'] | undefined): TensorSpec {
  const known = BORDER_TYPES.find(type => type === dtype)
  if (known === undefined)
    throw new ModelError(
      'graph-invalid',
      `${name} is ${dtype}, which does not cross the border of a program. Cast it.`,
      {
        tensor: name,
      },
    )
  return { name, dtype: known, shape, ...(random ? { random } : {}) }
}
