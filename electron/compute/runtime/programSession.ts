// A compiled program running: state from its tensors, inputs by name, outputs as plain arrays.
import { Tensor } from 'onnxruntime-node'
import type { Program, TensorSpec } from '#models/programs/types'
import { keepsStateOnDevice } from './device'
import { OpenSession, type SessionOptions } from './openSession'
import { tensorsOf, type Feeds } from './feeds'
import { loweringFor } from './lowering'
import type { StateTensors } from './stateTensors'

/** By output name; a scalar is an array of one. Valid until the session's next run, which may write into the same arrays. */
export type Outputs = Readonly<Record<string, Float32Array>>

export class ProgramSession {
  /** Allocated once, so that nothing grows with the number of runs (CASES T07). With state on a device the runtime allocates: null. */
  private readonly outputs: ReadonlyMap<string, Tensor | null>

  private constructor(
    readonly program: Program,
    private readonly session: OpenSession,
    private readonly stateOnDevice: boolean,
  ) {
    this.outputs = new Map(program.outputs.map(spec => [spec.name, stateOnDevice ? null : outputTensor(spec)]))
  }

  /** @throws model-invalid, provider-unavailable. */
  static async open(program: Program, options: SessionOptions): Promise<ProgramSession> {
    const model = program.model(await loweringFor(options.provider))
    const results = program.state.flatMap(({ next }) => next ?? [])
    const onDevice = keepsStateOnDevice(options.provider) && results.length > 0
    const session = await OpenSession.create(model, `the ${program.kind} program`, {
      ...options,
      weightsAreFed: true,
      ...(onDevice ? { leftOnDevice: results } : {}),
    })
    return new ProgramSession(program, session, onDevice)
  }

  /**
   * One run. What a training step computes lies beside the state afterwards; the caller accepts it, or doesn't.
   * @param named the kept tensor that stands for a state of this program, where the names differ (averaged weights).
   */
  async run(feeds: Feeds, state: StateTensors, named: (name: string) => string = name => name): Promise<Outputs> {
    const { inputs, state: kept } = this.program
    const fed: Record<string, Tensor> = tensorsOf(inputs, feeds)
    const fetched: Record<string, Tensor | null> = Object.fromEntries(this.outputs)
    for (const { name, next } of kept) {
      fed[name] = state.current(named(name))
      if (next !== null) fetched[next] = this.stateOnDevice ? null : state.spare(name)
    }
    const found = await this.session.run(fed, fetched)
    if (this.stateOnDevice) for (const { name, next } of kept) if (next !== null) state.receive(name, found[next]!)
    return Object.fromEntries([...this.outputs.keys()].map(name => [name, found[name]!.data as Float32Array]))
  }

  release(): Promise<void> {
    return this.session.release()
  }

  endProfiling(): void {
    this.session.endProfiling()
  }
}

/** Programs have static shapes; exported models, whose shapes are open, run without this class. */
function outputTensor({ shape }: TensorSpec): Tensor {
  const sizes = shape.map(Number)
  return new Tensor('float32', new Float32Array(sizes.reduce((product, size) => product * size, 1)), sizes)
}
