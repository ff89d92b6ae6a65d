import { describe, expect, it } from 'vitest'
import { cancelled, SagittaError } from '#common/errors'
import { JobList, type JobState } from './jobList'

/** Runs one job whose end is in the test's hand, and records each state it shows. */
function jobInHand() {
  const jobs = new JobList()
  const states: (JobState | 'none')[] = []
  jobs.onChange(() => states.push(jobs.active()[0]?.state ?? 'none'))
  const caller = new AbortController()
  let end = { resolve: (_: string): void => undefined, reject: (_: unknown): void => undefined }
  let signal = new AbortController().signal
  const result = jobs.run('training', caller.signal, given => {
    signal = given
    return new Promise<string>((resolve, reject) => (end = { resolve, reject }))
  })
  return { jobs, states, caller, end, result, isAborted: () => signal.aborted }
}

describe('job list', () => {
  it('lists a job while it runs and gives its result', async () => {
    const { jobs, states, end, result } = jobInHand()
    expect(jobs.active('training')).toHaveLength(1)
    expect(jobs.active('segmentation')).toHaveLength(0)
    end.resolve('model')
    expect(await result).toBe('model')
    expect(jobs.active()).toEqual([])
    expect(states).toEqual(['running', 'none'])
  })

  it('passes through stopping to stopped when the caller cancels', async () => {
    const { states, caller, end, result, isAborted } = jobInHand()
    caller.abort()
    expect(isAborted()).toBe(true)
    expect(states).toEqual(['running', 'stopping'])
    end.reject(cancelled('Training'))
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })
    expect(states).toEqual(['running', 'stopping', 'none'])
  })

  it('stops a job whose caller had gone before it began', async () => {
    const jobs = new JobList()
    const seen = jobs.run('training', AbortSignal.abort(), async signal => signal.aborted)
    expect(await seen).toBe(true)
  })

  it('a job may still finish well after it was asked to stop: what it made is kept', async () => {
    const { jobs, end, result } = jobInHand()
    jobs.stopAll()
    jobs.stopAll()
    end.resolve('best so far')
    expect(await result).toBe('best so far')
  })

  it('tells when no training runs any more', async () => {
    const { jobs, end, result } = jobInHand()
    let idle = false
    const waiting = jobs.idle('training').then(() => (idle = true))
    await Promise.resolve()
    expect(idle).toBe(false)
    end.resolve('model')
    await Promise.all([result, waiting])
    expect(idle).toBe(true)
  })

  it('hands on why a job failed', async () => {
    const { jobs, end, result } = jobInHand()
    end.reject(new SagittaError('service-stopped', 'gone'))
    await expect(result).rejects.toMatchObject({ code: 'service-stopped' })
    expect(jobs.active()).toEqual([])
  })
})
