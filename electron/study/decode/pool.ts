// Two worker threads for compressed frames, with a limit on their time; where no bundled worker is found (tests run from source) the
// calling thread decodes.
import { Worker } from 'node:worker_threads'
import { SagittaError } from '#common/errors'
import type { PixelLayout } from '#common/dicom/pixelLayout'
import type { Codec } from '#common/dicom/transferSyntax'
import { workerPath } from '../besideBundle'
import type { DecodedFrame } from './codec'

export interface DecodeJob {
  readonly encoded: Uint8Array
  readonly codec: Exclude<Codec, 'native'>
  readonly layout: PixelLayout
}

/** What a worker answers. */
export type DecodeAnswer = { readonly frame: DecodedFrame } | { readonly failure: string }

export interface Decoder {
  /** @throws what the codec says; decode-failed when it died or did not come to an end */
  decode(job: DecodeJob): Promise<DecodedFrame>
  /** Ends its threads. */
  close(): Promise<void>
}

const WORKERS = 2

/** A damaged codestream can keep a codec busy for minutes. Honest frames need a few per cent of this. */
const timeLimitMs = ({ layout }: DecodeJob): number => 1500 + 0.004 * layout.rows * layout.columns * layout.samples
/** A new thread first loads the codecs. */
const START_MS = 20_000

export function openDecoder(path: string | null = workerPath('decode.cjs')): Decoder {
  return path === null ? inProcess : new WorkerDecoder(path)
}

let shared: Decoder | null = null

/** The one of this process. Its threads start with the first compressed frame and do not keep the process alive. */
export function sharedDecoder(): Decoder {
  shared ??= openDecoder()
  return shared
}

/** Without threads there is no way to stop a codec: tests from source only. */
const inProcess: Decoder = {
  // Loaded when needed: the codecs are large, and most processes decode in workers or not at all.
  decode: async ({ encoded, codec, layout }) => (await import('./codec')).decodeFrame(encoded, codec, layout),
  close: () => Promise.resolve(),
}

interface Waiting {
  readonly job: DecodeJob
  readonly resolve: (frame: DecodedFrame) => void
  readonly reject: (error: Error) => void
}

/** A live thread and the job it is at. */
interface Thread {
  readonly worker: Worker
  waiting: Waiting | null
  timer: NodeJS.Timeout | null
  started: boolean
}

class WorkerDecoder implements Decoder {
  private readonly queue: Waiting[] = []
  private readonly threads = new Set<Thread>()

  constructor(private readonly path: string) {}

  decode(job: DecodeJob): Promise<DecodedFrame> {
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject })
      this.next()
    })
  }

  async close(): Promise<void> {
    const threads = [...this.threads]
    for (const thread of threads) this.end(thread, 'the decoder was closed')
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  private next(): void {
    if (this.queue.length === 0) return
    const idle = [...this.threads].find(thread => thread.waiting === null)
    const thread = idle ?? (this.threads.size < WORKERS ? this.start() : null)
    const waiting = thread && this.queue.shift()
    if (waiting) this.give(thread, waiting)
  }

  private give(thread: Thread, waiting: Waiting): void {
    const limitMs = timeLimitMs(waiting.job) + (thread.started ? 0 : START_MS)
    thread.waiting = waiting
    thread.timer = setTimeout(() => {
      this.end(thread, 'decoding does not come to an end')
      void thread.worker.terminate()
      this.next()
    }, limitMs)
    thread.worker.ref()
    thread.worker.postMessage(waiting.job)
  }

  private start(): Thread {
    const thread: Thread = { worker: new Worker(this.path), waiting: null, timer: null, started: false }
    this.threads.add(thread)
    thread.worker.on('message', (answer: DecodeAnswer) => {
      const { waiting } = thread
      this.release(thread)
      thread.started = true
      thread.worker.unref()
      this.next()
      if ('frame' in answer) waiting?.resolve(answer.frame)
      else waiting?.reject(new Error(answer.failure))
    })
    const died = (cause?: unknown): void => {
      this.end(thread, 'the decoder stopped', cause)
      this.next()
    }
    thread.worker.on('error', died)
    thread.worker.on('exit', () => died())
    return thread
  }

  private release(thread: Thread): void {
    if (thread.timer) clearTimeout(thread.timer)
    thread.timer = null
    thread.waiting = null
  }

  /** The frame the thread was at is lost; the next one gets a new thread. */
  private end(thread: Thread, why: string, cause?: unknown): void {
    if (!this.threads.delete(thread)) return
    const { waiting } = thread
    this.release(thread)
    waiting?.reject(new SagittaError('decode-failed', why, {}, { cause }))
  }
}
