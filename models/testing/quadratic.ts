// A loss whose gradient anyone can check: 1/2 sum of a (p - c)^2, descended by an optimiser on ONNX Runtime.
import { constant, scalar } from '../ir'
import { mul, reduceSum, sub } from '../ops'
import type { OptimizerConfig } from '../optimizers/config'
import { compileTraining } from '../programs/training'
import { createStepper } from './stepper'

export interface Quadratic {
  readonly start: readonly number[]
  readonly a: readonly number[]
  readonly c: readonly number[]
}

export interface Descent {
  /** The parameter after each step. */
  readonly path: readonly (readonly number[])[]
  /** Scalars of each step. */
  readonly rows: readonly Readonly<Record<string, number>>[]
  readonly state: ReadonlyMap<string, Float32Array>
}

export async function descend({ start, a, c }: Quadratic, config: OptimizerConfig, steps: number): Promise<Descent> {
  const vector = (values: readonly number[]) => constant(Float32Array.from(values), [values.length])
  const { program, initialState } = compileTraining(context => {
    const p = context.parameter('p', [start.length], { kind: 'constant', value: 0 }, true)
    const away = sub(p, vector(c))
    return { inputs: {}, loss: mul(reduceSum(mul(vector(a), mul(away, away))), scalar(0.5)) }
  }, config)
  const initial = new Map(initialState(0))
  for (const [name, value] of initial) if (name === 'p' || name === 'average.p') value.set(start)
  const stepper = await createStepper(program, initial)
  const path: number[][] = []
  const rows: Record<string, number>[] = []
  for (let i = 0; i < steps; i += 1) {
    const outputs = await stepper.run({})
    rows.push(Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, data[0]!])))
    path.push([...stepper.state().get('p')!])
  }
  const state = stepper.state()
  await stepper.release()
  return { path, rows, state }
}
