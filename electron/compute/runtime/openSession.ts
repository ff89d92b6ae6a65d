// One open ONNX Runtime session: made with our options, counted while it is open, released once.
import { env, InferenceSession, type Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'

export interface SessionOptions {
  /** An execution provider's name as the build lists it. Operators it lacks run on the CPU. */
  readonly provider: string
  /** CPU threads of one operator; null lets ONNX Runtime choose (one per core). */
  readonly threads: number | null
  /** Files named `<prefix>_<time>.json` record which provider ran each node; for probes. */
  readonly profilePrefix?: string
  /** The weights are fed at each run, not constants of the model. */
  readonly weightsAreFed?: boolean
  /** Outputs that stay in the device's memory; the others come to the processor's. Only where `keepsStateOnDevice`. */
  readonly leftOnDevice?: readonly string[]
}

// Everything that goes wrong is thrown too; on stderr it would only frighten (a missing CUDA library prints six lines).
env.logLevel = 'fatal'

let open = 0

/** Sessions of this process that are open now. */
export const openSessionCount = (): number => open

export class OpenSession {
  private constructor(
    private readonly session: InferenceSession,
    private readonly name: string,
    private readonly provider: string,
  ) {}

  private released = false

  /**
   * @param model bytes of an ONNX file, or its path (needed when weights lie beside it).
   * @param name for messages: "the training step", or the file.
   * @throws model-invalid when ONNX Runtime can't read or run the model; provider-unavailable when the provider can't be started.
   */
  static async create(model: Uint8Array | string, name: string, options: SessionOptions): Promise<OpenSession> {
    const created =
      typeof model === 'string'
        ? InferenceSession.create(model, ortOptions(options))
        : InferenceSession.create(model, ortOptions(options))
    try {
      const session = await created
      open += 1
      return new OpenSession(session, name, options.provider)
    } catch (thrown) {
      throw refusal(thrown, name, options.provider)
    }
  }

  get inputs(): readonly InferenceSession.ValueMetadata[] {
    return this.session.inputMetadata
  }

  get outputs(): readonly InferenceSession.ValueMetadata[] {
    return this.session.outputMetadata
  }

  /**
   * Blocks this process until it is done (CASES E01). Outputs given a tensor are written into it; those given null get a new one.
   * @throws internal with ONNX Runtime's words.
   */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>> {
    if (this.released) throw new SagittaError('internal', `${this.name} was run after it was released.`)
    const away = Object.entries(feeds).find(([, { location }]) => location !== 'cpu' && this.provider === 'cpu')
    // ONNX Runtime would read the device's address as one of its own.
    if (away) throw new SagittaError('internal', `${this.name} runs on the CPU; ${away[0]} lies on a device.`)
    try {
      return await this.session.run(feeds, fetches)
    } catch (thrown) {
      throw new SagittaError('internal', `Running ${this.name} failed: ${textOf(thrown)}`, {}, { cause: thrown })
    }
  }

  /** Ends profiling: the record is on disk afterwards. */
  endProfiling(): void {
    this.session.endProfiling()
  }

  async release(): Promise<void> {
    if (this.released) return
    this.released = true
    open -= 1
    await this.session.release()
  }
}

function ortOptions({
  provider,
  threads,
  profilePrefix,
  weightsAreFed = false,
  leftOnDevice = [],
}: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    ...(threads === null ? {} : { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Level "all" blocks convolutions with constant weights; of others it would only move the poolings to and fro (docs/engine-notes.md).
    graphOptimizationLevel: weightsAreFed ? 'extended' : 'all',
    // A remembered pattern is one block of memory beside the arena that the first run had grown: training needs little more than half without.
    ...(weightsAreFed ? { enableMemPattern: false } : {}),
    logSeverityLevel: 3,
    ...(leftOnDevice.length === 0
      ? {}
      : { preferredOutputLocation: Object.fromEntries(leftOnDevice.map(name => [name, 'gpu-buffer' as const])) }),
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    // Idle threads must not spin between steps: main process and window share these cores.
    extra: { session: { force_spinning_stop: '1' } },
  }
}

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** ONNX Runtime tells no error classes apart, only words. */
function refusal(thrown: unknown, name: string, provider: string): SagittaError {
  const text = textOf(thrown)
  const aboutModel =
    /protobuf|Load model|INVALID_GRAPH|Invalid model|not a registered function|opset|NOT_IMPLEMENTED|ShapeInference|file size/i
  if (provider !== 'cpu' && !aboutModel.test(text))
    return new SagittaError(
      'provider-unavailable',
      `${provider} could not be started for ${name}: ${text}. Choose another processor, or "auto".`,
      { provider },
      { cause: thrown },
    )
  return new SagittaError(
    'model-invalid',
    `ONNX Runtime cannot load ${name}: ${text}`,
    { model: name, provider },
    { cause: thrown },
  )
}
