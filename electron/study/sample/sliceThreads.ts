// Shares a patient's slices among worker threads; where no bundled worker is found (tests run from source) the calling thread makes them.
import { availableParallelism } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { cancelled } from '#common/errors'
import type { PhantomPatient } from '#common/phantom/index'
import { workerPath } from '../besideBundle'
import { writeSlices, type MadeSlice, type SliceTask } from './writeSlices'

/** What a worker answers: any number of slices, then how it ended. */
export type SliceAnswer =
  | { readonly made: MadeSlice }
  | { readonly done: true }
  | { readonly failure: { readonly code: string | null; readonly message: string } }

export interface SliceRequest {
  readonly patient: PhantomPatient
  readonly dicomFolder: string
  readonly signal: AbortSignal | undefined
  /** In whatever order they are finished. */
  readonly onSlice: (made: MadeSlice) => void
}

export interface SliceThreads {
  /** All slices of a patient, one request at a time. After an error nothing more is written. @throws cancelled, and the errors of the disk */
  write(request: SliceRequest): Promise<void>
  /** Ends the threads. */
  close(): Promise<void>
}

/** A patient has about a hundred slices; each thread first spends as long as four of them on its own preparations. */
const MOST_THREADS = 4

export function openSliceThreads(path: string | null = workerPath('sample.cjs')): SliceThreads {
  return path === null ? inThisThread : new WorkerThreads(path, Math.min(MOST_THREADS, availableParallelism()))
}

const inThisThread: SliceThreads = {
  async write({ patient, dicomFolder, signal, onSlice }) {
    for await (const made of writeSlices({ patient, dicomFolder, slices: [...Array(patient.size[2]).keys()] })) {
      onSlice(made)
      // Between slices the process answers others.
      await turn()
      if (signal?.aborted) throw stopped()
    }
  },
  close: () => Promise.resolve(),
}

const stopped = () => cancelled('Making the sample study')

class WorkerThreads implements SliceThreads {
  private threads: Worker[] = []

  constructor(
    private readonly path: string,
    private readonly count: number,
  ) {}

  async write({ patient, dicomFolder, signal, onSlice }: SliceRequest): Promise<void> {
    if (signal?.aborted) throw stopped()
    while (this.threads.length < this.count) this.threads.push(new Worker(this.path))
    // Neighbouring slices cost about the same: dealt out in turn, the threads finish together.
    const all = [...Array(patient.size[2]).keys()]
    const shares = this.threads.map((_, n) => all.filter(k => k % this.count === n))
    try {
      await Promise.race([
        Promise.all(
          this.threads.map((thread, n) => run(thread, { patient, dicomFolder, slices: shares[n]! }, onSlice)),
        ),
        aborted(signal),
      ])
    } catch (thrown) {
      await this.close()
      throw thrown
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.splice(0).map(thread => thread.terminate()))
  }
}

async function run(thread: Worker, task: SliceTask, onSlice: (made: MadeSlice) => void): Promise<void> {
  let onAnswer = (_: SliceAnswer): void => undefined
  let onEnd = (_: unknown): void => undefined
  const ended = new Promise<void>((resolve, reject) => {
    onAnswer = answer => {
      if ('made' in answer) return onSlice(answer.made)
      if ('done' in answer) return resolve()
      const { code, message } = answer.failure
      reject(Object.assign(new Error(message), code === null ? {} : { code }))
    }
    onEnd = cause => reject(new Error('A thread that makes the sample study ended.', { cause }))
  })
  thread.on('message', onAnswer).on('error', onEnd).on('exit', onEnd)
  thread.postMessage(task)
  try {
    await ended
  } finally {
    thread.off('message', onAnswer).off('error', onEnd).off('exit', onEnd)
  }
}

/** Rejects when the caller gives up. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(stopped()), { once: true }))
}
