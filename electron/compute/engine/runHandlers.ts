// The run contract: one training run, and a checkpoint on request.
import { SagittaError } from '#common/errors'
import type { Handlers } from '#common/ipc/contract'
import type { runContract } from '#common/ipc/engine'
import { trainRun } from '../training/trainRun'
import { CheckpointRequests } from './checkpointRequests'

export function runHandlers(): Handlers<typeof runContract> {
  const requests = new CheckpointRequests()
  let running = false
  return {
    train: async ({ config, headers, folder, resume }, job) => {
      if (running)
        throw new SagittaError('request-invalid', 'This process already trains; each run has a process of its own.')
      running = true
      try {
        return await trainRun({
          config,
          headers,
          folder,
          resume,
          signal: job.signal,
          report: progress => job.progress(progress),
          checkpointWanted: () => requests.take(),
        })
      } finally {
        running = false
        requests.end()
      }
    },

    checkpoint: async () => {
      if (running) await requests.ask()
      return {}
    },
  }
}
