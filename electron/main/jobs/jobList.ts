// Every long job main started, and the states it may pass through: final states are final.
import { SagittaError } from '#common/errors'

export type JobState = 'running' | 'stopping' | 'done' | 'failed' | 'stopped'
export type JobKind = 'training' | 'segmentation' | 'encoding' | 'providers'

/** From each state, the states that may follow. */
const NEXT: Readonly<Record<JobState, readonly JobState[]>> = {
  running: ['stopping', 'done', 'failed', 'stopped'],
  stopping: ['stopped', 'done', 'failed'],
  done: [],
  failed: [],
  stopped: [],
}

export interface Job {
  readonly id: number
  readonly kind: JobKind
  readonly state: JobState
}

interface Entry {
  id: number
  kind: JobKind
  state: JobState
  readonly stop: AbortController
  readonly ended: Promise<void>
}

export class JobList {
  private nextId = 1
  private readonly entries = new Map<number, Entry>()
  private readonly listeners: (() => void)[] = []

  /** Called after every change of any job's state. */
  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  active(kind?: JobKind): Job[] {
    return [...this.entries.values()].filter(
      job => NEXT[job.state].length > 0 && (kind === undefined || job.kind === kind),
    )
  }

  /**
   * Runs `work` as a job. It is asked to stop by `signal`, when the caller's own signal aborts or when the list is told to stop.
   * Rejects as `work` does.
   */
  async run<T>(kind: JobKind, caller: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    let end = (): void => undefined
    const ended = new Promise<void>(resolve => (end = resolve))
    const job: Entry = { id: this.nextId++, kind, state: 'running', stop: new AbortController(), ended }
    this.entries.set(job.id, job)
    const stop = (): void => this.stop(job)
    caller.addEventListener('abort', stop, { once: true })
    this.tell()
    if (caller.aborted) this.stop(job)
    try {
      const result = await work(job.stop.signal)
      this.move(job, 'done')
      return result
    } catch (thrown) {
      this.move(job, thrown instanceof SagittaError && thrown.code === 'cancelled' ? 'stopped' : 'failed')
      throw thrown
    } finally {
      caller.removeEventListener('abort', stop)
      this.entries.delete(job.id)
      end()
    }
  }

  /** Asks every active job to stop; their own promises say when they have. */
  stopAll(): void {
    for (const job of this.entries.values()) this.stop(job)
  }

  /** Resolves when no job of the kind is active. */
  async idle(kind: JobKind): Promise<void> {
    const ends = (): Promise<void>[] =>
      [...this.entries.values()].filter(job => job.kind === kind).map(job => job.ended)
    while (ends().length > 0) await Promise.all(ends())
  }

  private stop(job: Entry): void {
    if (job.state !== 'running') return
    this.move(job, 'stopping')
    job.stop.abort()
  }

  private move(job: Entry, next: JobState): void {
    if (!NEXT[job.state].includes(next))
      throw new SagittaError('internal', `Job ${job.id} cannot go from ${job.state} to ${next}.`)
    job.state = next
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
