// The run contract: one training run, and a checkpoint on request.
import { SagittaError } from '#common/errors'
import type { Handlers, JobContext } from '#common/ipc/contract'
import type { runContract } from '#common/ipc/engine'
import type { TrainProgress } from '#common/ipc/training'
import { trainLatentRun } from '../training/latentRun'
import { trainRun } from '../training/trainRun'
import { CheckpointRequests } from './checkpointRequests'

export function runHandlers(): Handlers<typeof runContract> {
  const requests = new CheckpointRequests()
  let running = false
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running)
      throw new SagittaError('request-invalid', 'This process already trains; each run has a process of its own.')
    running = true
    try {
      return await work()
    } finally {
      running = false
      requests.end()
    }
  }
  const checkpointWanted = () => requests.take()

  return {
    train: (run, job) => alone(() => trainRun({ ...run, ...told(job), checkpointWanted })),

    learn: (run, job) => alone(() => trainLatentRun({ ...run, ...told(job), checkpointWanted })),

    checkpoint: async () => {
      if (running) await requests.ask()
      return {}
    },
  }
}

const told = (job: JobContext<TrainProgress>) => ({
  signal: job.signal,
  report: (progress: TrainProgress) => job.progress(progress),
})
