// Two ways from A to B, straight and along the sphere, and how much the picture changes at each step.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useApi } from '../../api'
import { useAnswer } from './answers'
import { useCodes } from './codes'
import { useLatentModel } from './model'
import { usePicks } from './picks'
import { changes } from './pictures'

/** Pictures along a way, both ends included. */
export const STEPS = 11

export const useWay = defineStore('way', () => {
  const api = useApi()
  const codes = useCodes()
  const model = useLatentModel()
  const picks = usePicks()

  const question = computed(() => {
    const { a, b } = picks.ends
    if (!codes.current || !a || !b || model.info?.decodes !== true || model.path === null) return null
    return { model: model.path, from: a.code, to: b.code, steps: STEPS }
  })
  const answer = useAnswer(
    () => question.value,
    async ends => {
      const [linear, spherical] = await Promise.all([
        api.latent.path({ ...ends, kind: 'linear' }),
        api.latent.path({ ...ends, kind: 'spherical' }),
      ])
      const way = (decoded: typeof linear) => ({ ...decoded, changes: changes(decoded.pictures) })
      return { linear: way(linear), spherical: way(spherical) }
    },
  )

  return { ways: computed(() => answer.latest.value?.answer ?? null), error: answer.error }
})
