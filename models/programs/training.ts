// Assembles a training step: forward, loss, gradients, optimiser, and the list of what the runtime keeps.
import { gradients } from '../autodiff'
import { ModelError } from '../errors'
import { createGraph, input, type Graph, type Value } from '../ir'
import { Context, initialValues, type Declaration } from '../layers/context'
import { concat, reshape } from '../ops'
import type { OptimizerConfig } from '../optimizers/config'
import { createOptimizer, globalNorm, STEP, type Slot } from '../optimizers/optimizer'
import { toProgram } from './program'
import type { Program, StateSpec, StateValues } from './types'

/** What a task gives: its inputs, the scalar to minimise, and what else to report. */
export interface Objective {
  readonly inputs: Readonly<Record<string, Value>>
  readonly loss: Value
  /** Reported at each step beside `loss`, `gradientNorm` and `learningRate`. */
  readonly outputs?: Readonly<Record<string, Value>>
}

export interface TrainingStep {
  readonly graph: Graph
  readonly program: Program
  readonly declarations: readonly Declaration[]
  /** State at step 0, deterministic in the seed. */
  readonly initialState: (seed: number) => StateValues
}

export interface TrainingOptions {
  /** Which parameters are trained; the others are read and kept as they are. All by default. */
  readonly trains?: (name: string) => boolean
  /** Adds the output `gradientNorms`: the L2 norm for each trained parameter, in the order of the state. */
  readonly gradientNorms?: boolean
}

/**
 * @param build makes the forward pass; `step` is the number of completed steps, a float32 scalar
 */
export function compileTraining(
  build: (context: Context, step: Value) => Objective,
  config: OptimizerConfig,
  { trains = () => true, gradientNorms = false }: TrainingOptions = {},
): TrainingStep {
  const context = new Context(true)
  const step = input(STEP, 'float32', [])
  const objective = build(context, step)

  const declarations = [...context.declarations.values()]
  const trained = declarations.filter(({ role, name }) => role === 'parameter' && trains(name))
  if (trained.length === 0)
    throw new ModelError('config-invalid', 'No parameter is left to train. Freeze fewer layers.')
  const values = new Map(trained.map(({ name }) => [name, context.values.get(name)!]))
  const found = gradients(objective.loss, [...values.values()])

  const optimizer = createOptimizer(config)
  const slots = optimizer.init(trained)
  const slotValues = new Map(
    slots.map(slot => [slot.name, slot.name === STEP ? step : input(slot.name, 'float32', slot.shape)]),
  )
  const stepped = optimizer.update(trained, values, new Map(trained.map(({ name }, i) => [name, found[i]!])), name =>
    slotValues.get(name)!,
  )

  const next = new Map([...context.renewed, ...stepped.parameters, ...stepped.slots])
  const state = [
    ...declarations.map(({ name, shape, role }) => stateSpec(name, shape, role, next)),
    ...slots.map(({ name, shape }) => stateSpec(name, shape, 'optimizer', next)),
  ]
  const graph = createGraph(
    {
      ...objective.inputs,
      ...Object.fromEntries(context.noises.map(({ name, value }) => [name, value])),
      ...Object.fromEntries(context.values),
      ...Object.fromEntries(slotValues),
    },
    {
      loss: objective.loss,
      gradientNorm: stepped.gradientNorm,
      learningRate: stepped.learningRate,
      ...objective.outputs,
      ...(gradientNorms
        ? {
            gradientNorms: concat(
              found.map(gradient => reshape(globalNorm([gradient]), [1])),
              0,
            ),
          }
        : {}),
      ...Object.fromEntries([...next].map(([name, value]) => [nextName(name), value])),
    },
  )
  return {
    graph,
    program: toProgram('train', graph, state, context.noises),
    declarations,
    initialState: seed => initialState(declarations, slots, seed),
  }
}

/** The output that holds a state tensor's new value. */
const nextName = (name: string) => `next.${name}`

const stateSpec = (
  name: string,
  shape: readonly number[],
  role: StateSpec['role'],
  next: ReadonlyMap<string, Value>,
): StateSpec => ({
  name,
  dtype: 'float32',
  shape,
  role,
  next: next.has(name) ? nextName(name) : null,
})

function initialState(declarations: readonly Declaration[], slots: readonly Slot[], seed: number): StateValues {
  const values = initialValues(declarations, seed)
  for (const { name, shape, start } of slots)
    values.set(
      name,
      start === 'zero' ? new Float32Array(shape.reduce((a, b) => a * b, 1)) : values.get(start.copyOf)!.slice(),
    )
  return values
}
