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
  /** Every live worker, with the job it is at. */
  private readonly busy = new Map<Worker, Waiting | null>()

  constructor(private readonly path: string) {}

  decode(job: DecodeJob): Promise<DecodedFrame> {
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject })
      this.next()
    })
  }

  async close(): Promise<void> {
    const workers = [...this.busy.keys()]
    this.busy.clear()
    await Promise.all(workers.map(worker => worker.terminate()))
  }

  private next(): void {
    if (this.queue.length === 0) return
    const worker = this.idle.pop() ?? (this.busy.size < WORKERS ? this.start() : null)
    const waiting = worker && this.queue.shift()
    if (!waiting) return
    this.busy.set(worker, waiting)
    worker.postMessage(waiting.job)
  }

  private start(): Worker {
    const worker = new Worker(this.path)
    this.busy.set(worker, null)
    worker.on('message', (answer: DecodeAnswer) => {
      const waiting = this.busy.get(worker)
      this.busy.set(worker, null)
      this.idle.push(worker)
      this.next()
      if ('frame' in answer) waiting?.resolve(answer.frame)
      else waiting?.reject(new Error(answer.failure))
    })
    worker.on('error', cause => this.died(worker, cause))
    worker.on('exit', () => this.died(worker))
    return worker
  }

  /** The frame it was at is lost; the next one gets a new worker. */
  private died(worker: Worker, cause?: unknown): void {
    if (!this.busy.has(worker)) return
    this.busy.get(worker)?.reject(new SagittaError('decode-failed', 'the decoder stopped on this frame', {}, { cause }))
    this.busy.delete(worker)
    const at = this.idle.indexOf(worker)
    if (at >= 0) this.idle.splice(at, 1)
    this.next()
  }
}
