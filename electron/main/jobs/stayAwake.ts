// Keeps the system from suspending the app while a training runs, and only then (CASES E13).
import { powerSaveBlocker } from 'electron'
import type { JobList } from './jobList'

export function stayAwakeWhileTraining(jobs: JobList): void {
  let blocker: number | null = null
  jobs.onChange(() => {
    const training = jobs.active('training').length > 0
    if (training && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    else if (!training && blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  })
}
