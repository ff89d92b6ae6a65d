// A program that only reads its parameters, at any batch: encode, decode, classify while a network is being trained.
import type { Tensor } from 'onnxruntime-node'
import type { Program } from '#models/programs/types'
import { tensorsOf, type Feeds } from './feeds'
import { loweringFor } from './lowering'
import { OpenSession, type SessionOptions } from './openSession'
import type { Outputs } from './programSession'
import type { StateTensors } from './stateTensors'

export class ReadingSession {
  private constructor(
    private readonly program: Program,
    private readonly session: OpenSession,
  ) {}

  /** @throws model-invalid, provider-unavailable. */
  static async open(program: Program, options: SessionOptions): Promise<ReadingSession> {
    const model = program.model(await loweringFor(options.provider))
    const session = await OpenSession.create(model, `the ${program.kind} program`, { ...options, weightsAreFed: true })
    return new ReadingSession(program, session)
  }

  /** @param named the kept tensor that stands for a state of this program, where the names differ (averaged weights). */
  async run(feeds: Feeds, state: StateTensors, named: (name: string) => string = name => name): Promise<Outputs> {
    const { inputs, state: kept, outputs } = this.program
    const fed: Record<string, Tensor> = tensorsOf(inputs, feeds)
    for (const { name } of kept) fed[name] = state.current(named(name))
    const found = await this.session.run(fed, Object.fromEntries(outputs.map(({ name }) => [name, null])))
    return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data as Float32Array]))
  }

  release(): Promise<void> {
    return this.session.release()
  }
}
