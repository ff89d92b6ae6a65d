// The model that is explored: chosen among the autoencoders and VAEs there are, and opened.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useApi } from '../../api'
import { useCodeModel, useModels } from '../../stores'
import { useAnswer } from './answers'

export const useLatentModel = defineStore('latentModel', () => {
  const api = useApi()
  const models = useModels()
  const chosen = useCodeModel()

  const newestFirst = computed(() => [...models.forCoding].sort((a, b) => b.createdAt.localeCompare(a.createdAt)))
  /** The chosen model, else the newest. */
  const path = computed({
    get: () => newestFirst.value.find(card => card.path === chosen.path)?.path ?? newestFirst.value[0]?.path ?? null,
    set: next => (chosen.path = next),
  })

  const question = computed(() => (path.value === null ? null : { model: path.value }))
  const opened = useAnswer(() => question.value, api.latent.open)
  /** What the chosen model says of itself; null until it is open. */
  const info = computed(() => {
    const answer = opened.latest.value?.answer
    return answer && answer.model === path.value ? answer : null
  })

  return { newestFirst, path, info, error: opened.error, opening: opened.waiting }
})
