// What the window says in passing: toasts that leave after 8 s, errors that stay, and the list of all of them.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'

export type Tone = 'ok' | 'info' | 'undo' | 'warn' | 'error'

export interface NoticeAction {
  readonly title: string
  readonly run: () => unknown
}

export interface NoticeText {
  readonly tone: Tone
  readonly text: string
  /** Said after the text, quieter: numbers, what still holds. */
  readonly sub?: string
  readonly action?: NoticeAction
  readonly error?: SagittaError
}

export interface Notice extends NoticeText {
  readonly id: number
  readonly at: Date
}

export const TOAST_MS = 8000
const KEPT = 200

export const useNotices = defineStore('notices', () => {
  /** Newest last. */
  const history = shallowRef<readonly Notice[]>([])
  const shownIds = shallowRef<readonly number[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let nextId = 1

  const shown = computed(() => history.value.filter(notice => shownIds.value.includes(notice.id)))

  const dismiss = (id: number): void => {
    clearTimeout(timers.get(id))
    timers.delete(id)
    shownIds.value = shownIds.value.filter(shownId => shownId !== id)
  }

  /** Keeps a toast while the pointer or the focus is on it. */
  const hold = (id: number): void => {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }

  /** Lets it go again. Errors stay until they are closed. */
  const release = (id: number): void => {
    const notice = history.value.find(candidate => candidate.id === id)
    if (!notice || notice.tone === 'error') return
    hold(id)
    timers.set(
      id,
      setTimeout(() => dismiss(id), TOAST_MS),
    )
  }

  const say = (text: NoticeText): number => {
    const notice: Notice = { ...text, id: nextId++, at: new Date() }
    history.value = [...history.value, notice].slice(-KEPT)
    shownIds.value = [...shownIds.value, notice.id]
    release(notice.id)
    return notice.id
  }

  /** Says what failed. A job that a person stopped is no failure and says nothing. */
  const fail = (thrown: unknown, action?: NoticeAction): void => {
    const error = asSagittaError(thrown)
    if (error.code === 'cancelled') return
    say({ tone: 'error', text: error.message, error, ...(action ? { action } : {}) })
  }

  /** Runs something a person asked for and says why when it fails. @returns undefined when it did. */
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (thrown) {
      fail(thrown)
      return undefined
    }
  }

  return { history, shown, say, fail, attempt, dismiss, hold, release }
})
