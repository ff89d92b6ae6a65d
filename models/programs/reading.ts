// Assembles programs that only read their parameters: evaluate, encode, decode; and exported models that hold them.
import { ModelError } from '../errors'
import { createGraph, type Value } from '../ir'
import { Context } from '../layers/context'
import { toOnnxFiles, type OnnxFiles, type WeightsBeside } from '../onnx'
import { lower, STANDARD } from '../passes'
import { toProgram } from './program'
import type { Program, StateValues } from './types'

export interface Forward {
  readonly inputs: Readonly<Record<string, Value>>
  readonly outputs: Readonly<Record<string, Value>>
}

/** A program fed with the parameters a training step keeps, by the same names. */
export function compileReading(kind: Program['kind'], build: (context: Context) => Forward): Program {
  const context = new Context(false)
  const { inputs, outputs } = build(context)
  const state = [...context.declarations.values()].map(({ name, shape, role }) => ({
    name,
    shape,
    role,
    dtype: 'float32' as const,
    next: null,
  }))
  const noises = Object.fromEntries(context.noises.map(({ name, value }) => [name, value]))
  const graph = createGraph({ ...inputs, ...noises, ...Object.fromEntries(context.values) }, outputs)
  return toProgram(kind, graph, state, context.noises)
}

/**
 * A model file of its own, with the parameters as named initializers.
 * @param parameters by name; other state may be among them
 * @param beside where weights go that one file cannot hold; null refuses them
 * @throws ModelError model-invalid when a parameter is missing or has another size, not-finite when one holds NaN or infinity, too-much-memory.
 */
export function exportModel(
  name: string,
  parameters: StateValues,
  metadata: Readonly<Record<string, string>>,
  build: (context: Context) => Forward,
  beside: WeightsBeside | null = null,
): OnnxFiles {
  const context = new Context(false)
  const { inputs, outputs } = build(context)
  const initializers = Object.fromEntries([...context.values.keys()].map(key => [key, checked(key, parameters)]))
  const graph = lower(STANDARD)(createGraph({ ...inputs, ...Object.fromEntries(context.values) }, outputs))
  return toOnnxFiles(graph, { name, metadata, initializers }, beside)
}

function checked(name: string, parameters: StateValues): Float32Array {
  const data = parameters.get(name)
  if (data === undefined)
    throw new ModelError(
      'model-invalid',
      `The parameters hold no ${name}. They belong to another architecture or configuration.`,
      {
        tensor: name,
      },
    )
  if (!data.every(Number.isFinite))
    throw new ModelError('not-finite', `${name} holds NaN or infinity. Export an earlier checkpoint.`, { tensor: name })
  return data
}
