// What the page hears of a run, whatever it learns: its volumes being prepared, its epochs, its end.
import type { JobContext } from '#common/ipc/contract'
import type { DoneOfTotal } from '#common/ipc/study'
import type { TrainProgress, TrainResult } from '#common/ipc/training'

export const preparing = (job: JobContext<TrainProgress>): JobContext<DoneOfTotal> => ({
  signal: job.signal,
  progress: ({ done, total }) =>
    job.progress({ kind: 'stage', stage: 'preparing', text: `Preparing slices, ${done} of ${total}` }),
})

/** Lists of runs are told at every epoch, and at the end however it comes. */
export async function following(
  job: JobContext<TrainProgress>,
  runs: { runsChanged(): void },
  train: (heard: JobContext<TrainProgress>) => Promise<TrainResult>,
): Promise<TrainResult> {
  try {
    return await train({
      signal: job.signal,
      progress: progress => {
        job.progress(progress)
        if (progress.kind === 'epoch') runs.runsChanged()
      },
    })
  } finally {
    runs.runsChanged()
  }
}
