// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SagittaError } from '#common/errors'
import { inApp, withStores } from '../testing/stores'
import { TOAST_MS, useNotices } from './notices'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const texts = (notices: ReturnType<typeof useNotices>): string[] => notices.shown.map(notice => notice.text)

describe('notices', () => {
  it('leave after 8 seconds and stay in the list of messages', () => {
    const notices = inApp(withStores(), useNotices)
    notices.say({ tone: 'ok', text: 'Saved.' })
    vi.advanceTimersByTime(TOAST_MS - 1)
    expect(texts(notices)).toEqual(['Saved.'])
    vi.advanceTimersByTime(1)
    expect(texts(notices)).toEqual([])
    expect(notices.history.map(notice => notice.text)).toEqual(['Saved.'])
  })

  it('wait while someone is on them, then get their full time again', () => {
    const notices = inApp(withStores(), useNotices)
    const id = notices.say({ tone: 'info', text: 'Read me.' })
    vi.advanceTimersByTime(TOAST_MS - 100)
    notices.hold(id)
    vi.advanceTimersByTime(60_000)
    expect(texts(notices)).toEqual(['Read me.'])
    notices.release(id)
    vi.advanceTimersByTime(TOAST_MS)
    expect(texts(notices)).toEqual([])
  })

  it('stay when they are errors, until closed', () => {
    const notices = inApp(withStores(), useNotices)
    notices.fail(new SagittaError('disk-full', 'The disk is full.'))
    notices.release(notices.shown[0]!.id)
    vi.advanceTimersByTime(10 * TOAST_MS)
    expect(notices.shown[0]).toMatchObject({ tone: 'error', text: 'The disk is full.', error: { code: 'disk-full' } })
    notices.dismiss(notices.shown[0]!.id)
    expect(texts(notices)).toEqual([])
  })

  it('say nothing when a person stopped the work', async () => {
    const notices = inApp(withStores(), useNotices)
    const result = await notices.attempt(() => Promise.reject(new SagittaError('cancelled', 'Stopped.')))
    expect(result).toBeUndefined()
    expect(notices.history).toEqual([])
  })
})
