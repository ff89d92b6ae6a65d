// Draws of the prior, or of the Gaussian fitted to an autoencoder's codes; the seed is shown and can be typed.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useApi } from '../../api'
import { useAnswer } from './answers'
import { useCodes } from './codes'
import { useLatentModel } from './model'

export const SAMPLES = 12

export const useSamples = defineStore('samples', () => {
  const api = useApi()
  const codes = useCodes()
  const model = useLatentModel()

  const seed = ref(7)
  const fitted = computed(() => model.info?.task !== 'vae')
  const question = computed(() =>
    codes.current && model.info?.decodes === true && model.path !== null
      ? { model: model.path, count: SAMPLES, seed: seed.value, fittedTo: fitted.value ? codes.current.codes : null }
      : null,
  )
  const drawn = useAnswer(() => question.value, api.latent.sample)
  const redraw = (): void => void seed.value++

  return { seed, fitted, redraw, drawn: computed(() => drawn.latest.value?.answer ?? null), error: drawn.error }
})
