// Pictures of points: under the pointer, of the opened image with its error, and its nearest neighbours.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { useApi } from '../../api'
import { useAnswer } from './answers'
import { useCodes } from './codes'
import { useLatentModel } from './model'
import { usePicks } from './picks'
import { codeAt } from './units'

/** What the hover card is about: a point, or a place between points on a map that is a plane. */
export interface HoverPlace {
  readonly index: number | null
  readonly code: Float32Array
}

const NEIGHBOURS = 6

export const useLook = defineStore('latentLook', () => {
  const api = useApi()
  const codes = useCodes()
  const model = useLatentModel()
  const picks = usePicks()

  const decodes = computed(() => model.info?.decodes === true)

  /** A code under the pointer that is no point's own. */
  const between = shallowRef<Float32Array | null>(null)
  const hover = computed<HoverPlace | null>(() => {
    const set = codes.current
    if (!set) return null
    if (picks.hovered !== null) return { index: picks.hovered, code: codeAt(set.values, set.units, picks.hovered) }
    return between.value ? { index: null, code: between.value } : null
  })
  const decodeQuestion = computed(() =>
    hover.value && decodes.value && model.path !== null ? { model: model.path, points: hover.value.code } : null,
  )
  const decoded = useAnswer(() => decodeQuestion.value, api.latent.decode)
  const hoverPicture = computed(() => decoded.latest.value?.answer ?? null)

  const imageQuestion = computed(() =>
    codes.current && picks.current !== null ? { codes: codes.current.codes, indices: [picks.current] } : null,
  )
  const image = useAnswer(() => imageQuestion.value, api.latent.images)
  const rebuilt = useAnswer(() => (decodes.value ? imageQuestion.value : null), api.latent.reconstruct)

  const neighbourCount = ref(NEIGHBOURS)
  const nearQuestion = computed(() =>
    codes.current && picks.current !== null
      ? { codes: codes.current.codes, query: { index: picks.current }, count: neighbourCount.value }
      : null,
  )
  const nearest = useAnswer(
    () => nearQuestion.value,
    async question => {
      const { indices, distances } = await api.latent.neighbours(question)
      const list = Array.from(indices)
      const pictures = list.length === 0 ? null : await api.latent.images({ codes: question.codes, indices: list })
      return { indices: list, distances: Array.from(distances), pictures }
    },
  )

  return {
    ...{ between, hover, hoverPicture },
    input: computed(() => image.latest.value?.answer ?? null),
    rebuilt: computed(() => rebuilt.latest.value?.answer ?? null),
    error: computed(() => image.error.value ?? rebuilt.error.value),
    near: computed(() => nearest.latest.value?.answer ?? null),
    nearError: nearest.error,
  }
})
