// The end: a training keeps what it has, the study service closes the project, then every process goes.
import { app } from 'electron'
import { asSagittaError } from '#common/errors'
import type { JobList } from './jobs/jobList'
import type { ComputeService } from './services/computeService'
import type { StudyService } from './services/studyService'

/** A job or service that doesn't answer must not keep the app from ending: what was acknowledged is on disk already. */
const PATIENCE_MS = 5000

export function endInOrder(parts: { jobs: JobList; study: StudyService; compute: ComputeService }): void {
  let ending = false
  app.on('before-quit', event => {
    if (ending) return
    ending = true
    event.preventDefault()
    void end(parts).finally(() => app.quit())
  })
}

async function end({
  jobs,
  study,
  compute,
}: {
  jobs: JobList
  study: StudyService
  compute: ComputeService
}): Promise<void> {
  study.retire()
  compute.retire()
  jobs.stopAll()
  await within('stopping the training', jobs.idle('training'))
  await within('closing the project', study.close())
  await Promise.all([
    within('ending the study service', study.stop()),
    within('ending the compute service', compute.stop()),
  ])
}

/** Waits for `work`, at most PATIENCE_MS; a failure is logged, because nobody is left to show it to. */
async function within(what: string, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<'late'>(resolve => (timer = setTimeout(() => resolve('late'), PATIENCE_MS)))
  try {
    if ((await Promise.race([work, patience])) === 'late') console.error(`Quit without waiting longer for ${what}.`)
  } catch (thrown) {
    console.error(`Quit although ${what} failed: ${asSagittaError(thrown).message}`)
  } finally {
    clearTimeout(timer)
  }
}
