// Two worker threads for compressed frames; where no bundled worker is found (tests run from source) the calling thread decodes.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SagittaError } from '#common/errors'
import type { PixelLayout } from '#common/dicom/pixelLayout'
import type { Codec } from '#common/dicom/transferSyntax'
import { decodeFrame, type DecodedFrame } from './codec'

export interface DecodeJob {
  readonly encoded: Uint8Array
  readonly codec: Exclude<Codec, 'native'>
  readonly layout: PixelLayout
}

/** What a worker answers. */
export type DecodeAnswer = { readonly frame: DecodedFrame } | { readonly failure: string }

export interface Decoder {
  /** How many jobs to keep in flight to use it well. */
  readonly parallel: number
  decode(job: DecodeJob): Promise<DecodedFrame>
  close(): Promise<void>
}

const WORKERS = 2
const BUNDLE = 'decode.cjs'

/** Beside this code's bundle, or one level up when the bundler put this code into a chunk. */
export function workerPath(folder: string = typeof __dirname === 'string' ? __dirname : ''): string | null {
  if (folder === '') return null
  return [join(folder, BUNDLE), join(folder, '..', BUNDLE)].find(existsSync) ?? null
}

/** Closing it ends its threads: open one per volume, not one per frame. */
export function openDecoder(path: string | null = workerPath()): Decoder {
  return path === null ? inProcess : new WorkerDecoder(path)
}

const inProcess: Decoder = {
  parallel: 1,
  decode: ({ encoded, codec, layout }) => decodeFrame(encoded, codec, layout),
  close: () => Promise.resolve(),
}

interface Waiting {
  readonly job: DecodeJob
  readonly resolve: (frame: DecodedFrame) => void
  readonly reject: (error: Error) => void
}

class WorkerDecoder implements Decoder {
  readonly parallel = 2 * WORKERS
  private readonly queue: Waiting[] = []
  private readonly idle: Worker[] = []
  private readonly all = new Set<Worker>()

  constructor(private readonly path: string) {}

  decode(job: DecodeJob): Promise<DecodedFrame> {
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject })
      this.next()
    })
  }

  async close(): Promise<void> {
    await Promise.all([...this.all].map(worker => worker.terminate()))
  }

  private next(): void {
    if (this.queue.length === 0) return
    const worker = this.idle.pop() ?? (this.all.size < WORKERS ? this.start() : undefined)
    const waiting = worker && this.queue.shift()
    if (waiting) this.give(worker, waiting)
  }

  private start(): Worker {
    const worker = new Worker(this.path)
    this.all.add(worker)
    return worker
  }

  private give(worker: Worker, { job, resolve, reject }: Waiting): void {
    const settle = (): void => {
      worker.removeAllListeners()
      this.next()
    }
    worker.once('message', (answer: DecodeAnswer) => {
      this.idle.push(worker)
      settle()
      if ('frame' in answer) resolve(answer.frame)
      else reject(new Error(answer.failure))
    })
    const died = (cause?: Error): void => {
      this.all.delete(worker)
      settle()
      reject(new SagittaError('decode-failed', 'The decoder stopped on this frame.', {}, { cause }))
    }
    worker.once('error', died)
    worker.once('exit', () => died())
    worker.postMessage(job, job.encoded.buffer instanceof ArrayBuffer ? [job.encoded.buffer] : [])
  }
}
