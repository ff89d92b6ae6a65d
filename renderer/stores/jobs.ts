// Long work in progress: what runs, how far it is, how long it takes, and how it is stopped. One list for the whole window.
import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import type { JobHandle } from '#common/ipc/contract'
import { secondsLeftOf } from './eta'

export type JobKind =
  | 'scan'
  | 'sample'
  | 'load'
  | 'locate'
  | 'segment'
  | 'train'
  | 'import'
  | 'export'
  | 'providers'
  | 'encode'
  | 'map'
  | 'measure'
  | 'rank'

export interface JobProgress {
  /** 0 to 1; null while the total is unknown. */
  readonly share: number | null
  /** Counts in words: "812 of 1 204 files, 3 series". */
  readonly text: string
  /** null: estimated from the share. */
  readonly secondsLeft: number | null
}

export interface Job {
  readonly id: number
  readonly kind: JobKind
  /** What is done to what: "Reading Portal venous 1.0". */
  readonly title: string
  readonly startedAt: number
  progress: JobProgress
  stopping: boolean
  readonly stop: () => void
}

export interface JobSpec<P> {
  readonly kind: JobKind
  readonly title: string
  readonly progressOf: (value: P) => JobProgress
}

const NOTHING_YET: JobProgress = { share: null, text: '', secondsLeft: null }

/** Progress never goes back, and gets an estimate when the worker has none. */
export function merged(before: JobProgress, next: JobProgress, elapsedMs: number): JobProgress {
  const share = next.share === null ? before.share : Math.max(before.share ?? 0, next.share)
  return { share, text: next.text, secondsLeft: next.secondsLeft ?? secondsLeftOf(share, elapsedMs) }
}

export const useJobs = defineStore('jobs', () => {
  /** Newest last. */
  const running = shallowRef<readonly Job[]>([])
  let nextId = 1

  /**
   * Shows a job until it ends. The result or error is the job's own (a stopped one rejects with `cancelled`).
   */
  const track = async <P, O>(spec: JobSpec<P>, handle: JobHandle<P, O>): Promise<O> => {
    const job: Job = shallowReactive({
      id: nextId++,
      kind: spec.kind,
      title: spec.title,
      startedAt: Date.now(),
      progress: NOTHING_YET,
      stopping: false,
      stop: () => {
        job.stopping = true
        handle.cancel()
      },
    })
    running.value = [...running.value, job]
    handle.onProgress(value => {
      job.progress = merged(job.progress, spec.progressOf(value), Date.now() - job.startedAt)
    })
    try {
      return await handle.done
    } finally {
      running.value = running.value.filter(other => other !== job)
    }
  }

  return { running, track }
})
