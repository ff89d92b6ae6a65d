// A compiled program running: state from its tensors, inputs by name, outputs as plain arrays.
import type { Tensor } from 'onnxruntime-node'
import type { Program } from '#models/programs/types'
import { OpenSession, type SessionOptions } from './openSession'
import { tensorsOf, type Feeds } from './feeds'
import type { StateTensors } from './stateTensors'

/** By output name; a scalar is an array of one. */
export type Outputs = Readonly<Record<string, Float32Array>>

export class ProgramSession {
  private constructor(
    readonly program: Program,
    private readonly session: OpenSession,
  ) {}

  /** @throws model-invalid, provider-unavailable. */
  static async open(program: Program, options: SessionOptions): Promise<ProgramSession> {
    return new ProgramSession(program, await OpenSession.create(program.model, `the ${program.kind} program`, options))
  }

  /**
   * One run. What a training step computes lies in the state's spare tensors afterwards; the caller accepts it, or doesn't.
   * @param named the kept tensor that stands for a state of this program, where the names differ (averaged weights).
   */
  async run(feeds: Feeds, state: StateTensors, named: (name: string) => string = name => name): Promise<Outputs> {
    const { inputs, state: kept, outputs } = this.program
    const fed: Record<string, Tensor> = tensorsOf(inputs, feeds)
    const fetched: Record<string, Tensor | null> = Object.fromEntries(outputs.map(({ name }) => [name, null]))
    for (const { name, next } of kept) {
      fed[name] = state.current(named(name))
      if (next !== null) fetched[next] = state.spare(name)
    }
    const results = await this.session.run(fed, fetched)
    return Object.fromEntries(outputs.map(({ name }) => [name, results[name]!.data as Float32Array]))
  }

  release(): Promise<void> {
    return this.session.release()
  }

  endProfiling(): void {
    this.session.endProfiling()
  }
}
