// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import type { JobHandle } from '#common/ipc/contract'
import { inApp, withStores } from '../testing/stores'
import { secondsLeftOf, shareOf } from './eta'
import { merged, useJobs } from './jobs'

describe('estimates', () => {
  it('divide what is left by the pace so far', () => {
    expect(secondsLeftOf(0.25, 10_000)).toBe(30)
    expect(secondsLeftOf(1, 10_000)).toBe(0)
  })
  it('are not given too early, nor without a share', () => {
    expect(secondsLeftOf(0.01, 10_000)).toBeNull()
    expect(secondsLeftOf(0.5, 100)).toBeNull()
    expect(secondsLeftOf(null, 10_000)).toBeNull()
  })
  it('have no share of an unknown or empty total', () => {
    expect(shareOf(3, null)).toBeNull()
    expect(shareOf(3, 0)).toBeNull()
    expect(shareOf(5, 4)).toBe(1)
  })
})

describe('progress', () => {
  it('never goes back', () => {
    const before = { share: 0.6, text: 'a', secondsLeft: 3 }
    expect(merged(before, { share: 0.4, text: 'b', secondsLeft: 9 }, 0)).toEqual({
      share: 0.6,
      text: 'b',
      secondsLeft: 9,
    })
    expect(merged(before, { share: null, text: 'c', secondsLeft: null }, 0).share).toBe(0.6)
  })
})

describe('job list', () => {
  const inHand = () => {
    let listener: (value: number) => void = () => undefined
    let end = { resolve: (_: string): void => undefined, reject: (_: unknown): void => undefined }
    let cancelled = false
    const done = new Promise<string>((resolve, reject) => (end = { resolve, reject }))
    const handle: JobHandle<number, string> = {
      done,
      cancel: () => (cancelled = true),
      onProgress: next => (listener = next),
    }
    return { handle, end: () => end, progress: (value: number) => listener(value), cancelled: () => cancelled }
  }
  const spec = {
    kind: 'export' as const,
    title: 'Writing',
    progressOf: (value: number) => ({ share: value, text: `${value}`, secondsLeft: null }),
  }

  it('shows a job while it runs, and passes its result on', async () => {
    const jobs = inApp(withStores(), useJobs)
    const { handle, progress, end } = inHand()
    const result = jobs.track(spec, handle)
    progress(0.5)
    expect(jobs.running.map(job => [job.title, job.progress.share])).toEqual([['Writing', 0.5]])
    end().resolve('out.nii.gz')
    expect(await result).toBe('out.nii.gz')
    expect(jobs.running).toEqual([])
  })

  it('is stopped by its own button, and fails as the job does', async () => {
    const jobs = inApp(withStores(), useJobs)
    const { handle, end, cancelled } = inHand()
    const result = jobs.track(spec, handle)
    jobs.running[0]!.stop()
    expect(jobs.running[0]!.stopping).toBe(true)
    expect(cancelled()).toBe(true)
    end().reject(new SagittaError('cancelled', 'Writing was stopped.'))
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })
    expect(jobs.running).toEqual([])
  })
})
