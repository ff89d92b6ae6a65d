// Which kept tensor is judged and exported for a parameter: its moving average, where the optimiser keeps one.
import { averageOf } from '#models/optimizers/optimizer'
import type { StateSpec, StateValues } from '#models/programs/types'
import type { StateTensors } from '../runtime/stateTensors'

/** Statistics have no average. */
export function averagedNames(specs: readonly StateSpec[]): (name: string) => string {
  const kept = new Set(specs.map(({ name }) => name))
  return name => (kept.has(averageOf(name)) ? averageOf(name) : name)
}

/** Copies of what a model file needs: averaged parameters and statistics, by the parameters' names. */
export async function parametersOf(state: StateTensors, named: (name: string) => string): Promise<StateValues> {
  const values = await state.snapshot()
  return new Map(
    state.specs.filter(({ role }) => role !== 'optimizer').map(({ name }) => [name, values.get(named(name))!]),
  )
}
