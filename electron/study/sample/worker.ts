// Worker thread of the sample study: part of a patient's slices in, each finished slice out.
import { parentPort } from 'node:worker_threads'
import type { SliceAnswer } from './sliceThreads'
import { writeSlices, type SliceTask } from './writeSlices'

const port = parentPort

async function work(task: SliceTask): Promise<void> {
  const answer = (value: SliceAnswer): void => port?.postMessage(value)
  try {
    for await (const made of writeSlices(task)) answer({ made })
    answer({ done: true })
  } catch (thrown) {
    // A cloned error would lose the code that says what went wrong.
    const { code, message } = thrown as NodeJS.ErrnoException
    answer({ failure: { code: code ?? null, message } })
  }
}

port?.on('message', (task: SliceTask) => void work(task))
