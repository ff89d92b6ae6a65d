// Questions to a service that change faster than answers come: one at a time, the newest next, those in between left out.
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'

export interface Answer<Q, A> {
  /** The newest answer there is, with what was asked; null while nothing is asked. */
  readonly latest: ComputedRef<{ readonly question: Q; readonly answer: A } | null>
  readonly error: ComputedRef<SagittaError | null>
  /** A newer question waits for its answer. */
  readonly waiting: ComputedRef<boolean>
}

/**
 * Asks whenever the question changes; null asks nothing and forgets the answer. Call in a store's setup.
 * @param question must give the same object while nothing changed: a `computed`
 */
export function useAnswer<Q extends object, A>(
  question: () => Q | null,
  ask: (question: Q) => Promise<A>,
): Answer<Q, A> {
  const latest = shallowRef<{ question: Q; answer: A } | null>(null)
  const error = shallowRef<SagittaError | null>(null)
  const wanted = shallowRef(null) as ShallowRef<Q | null>
  const answered = shallowRef(null) as ShallowRef<Q | null>
  let asking = false

  const next = async (): Promise<void> => {
    const asked = wanted.value
    if (asking || asked === null || asked === answered.value) return
    asking = true
    try {
      const answer = await ask(asked)
      // Answers come in the order of their questions: an older one is shown until the newer has come, unless nothing is asked any more.
      if (wanted.value !== null) {
        latest.value = { question: asked, answer }
        error.value = null
      }
    } catch (thrown) {
      if (wanted.value === asked) {
        latest.value = null
        error.value = asSagittaError(thrown)
      }
    } finally {
      answered.value = asked
      asking = false
      void next()
    }
  }

  watch(
    question,
    asked => {
      wanted.value = asked
      if (asked === null) {
        latest.value = null
        error.value = null
      }
      void next()
    },
    { immediate: true },
  )

  return {
    latest: computed(() => latest.value),
    error: computed(() => error.value),
    waiting: computed(() => wanted.value !== null && wanted.value !== answered.value),
  }
}
