// A job's signal and progress in the form that scans and loads take them.
import type { JobContext } from '#common/ipc/contract'

export const heeding = <P>(job: JobContext<P>): { signal: AbortSignal; onProgress: (value: P) => void } => ({
  signal: job.signal,
  onProgress: value => job.progress(value),
})
