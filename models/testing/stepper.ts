// Runs a Program on ONNX Runtime with its state kept between runs. For tests and benches only.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Lowering } from '../passes'
import type { Program, StateValues, TensorSpec } from '../programs/types'

export type Feed = Float32Array | Int32Array

export interface Stepper {
  /** One run: feeds the inputs, keeps the new state, answers the outputs. */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Readonly<Record<string, Float32Array>>>
  /** A copy of the state as it stands. */
  state(): Map<string, Float32Array>
  release(): Promise<void>
}

export async function createStepper(
  program: Program,
  initial: StateValues,
  options: InferenceSession.SessionOptions = {},
  lowering?: Lowering,
): Promise<Stepper> {
  const session = await InferenceSession.create(program.model(lowering), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    ...options,
  })
  const state = new Map(program.state.map(spec => [spec.name, tensorOf(spec, initial.get(spec.name))]))
  return {
    async run(feeds) {
      const inputs = Object.fromEntries(program.inputs.map(spec => [spec.name, tensorOf(spec, feeds[spec.name])]))
      const results = await session.run({ ...Object.fromEntries(state), ...inputs })
      for (const { name, next } of program.state) if (next !== null) state.set(name, results[next]!)
      return Object.fromEntries(program.outputs.map(({ name }) => [name, results[name]!.data as Float32Array]))
    },
    state: () => new Map([...state].map(([name, tensor]) => [name, (tensor.data as Float32Array).slice()])),
    release: () => session.release(),
  }
}

/** One symbolic axis, the batch, takes its size from the length of the data. */
function tensorOf({ name, dtype, shape }: TensorSpec, data: Feed | undefined): Tensor {
  if (data === undefined) throw new TypeError(`${name} was not fed`)
  const known = shape.reduce<number>((product, size) => (typeof size === 'number' ? product * size : product), 1)
  return new Tensor(
    dtype,
    data,
    shape.map(size => (typeof size === 'number' ? size : data.length / known)),
  )
}
