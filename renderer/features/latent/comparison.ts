// What regularising bought: the same measures of two models on the same images.
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { z } from 'zod'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { LatentModelInfo, Pictures, regularitySchema } from '#common/ipc/latent'
import { useApi } from '../../api'
import { useJobs } from '../../stores'
import { counted, useCodes } from './codes'
import { useLatentModel } from './model'

export interface Measured {
  readonly model: LatentModelInfo
  /** Mean error of a reconstruction, in the model's own measure, per value of an image. */
  readonly error: number
  readonly regularity: z.infer<typeof regularitySchema>
  readonly activeUnits: number
  readonly samples: Pictures
}

const PICTURES = 6
const SEED = 7

export const useComparison = defineStore('comparison', () => {
  const api = useApi()
  const codes = useCodes()
  const jobs = useJobs()
  const model = useLatentModel()

  const measured = shallowRef<readonly Measured[]>([])
  const failure = shallowRef<SagittaError | null>(null)
  const job = computed(() => jobs.running.find(({ kind }) => kind === 'measure') ?? null)
  const others = computed(() => model.newestFirst.filter(({ path }) => path !== model.path))

  watch(
    () => codes.current?.codes,
    () => {
      measured.value = []
      failure.value = null
    },
  )

  const measureCodes = async (info: LatentModelInfo, set: string, errors: Float32Array): Promise<Measured> => {
    const regularity = await jobs.track(
      { kind: 'measure', title: `Measuring ${info.name}`, progressOf: counted('steps') },
      api.latent.regularity({ codes: set }),
    )
    const [{ activeUnits }, { pictures }] = await Promise.all([
      api.latent.statistics({ codes: set }),
      api.latent.sample({
        ...{ model: info.model, count: PICTURES, seed: SEED, fittedTo: info.task === 'vae' ? null : set },
      }),
    ])
    const values = info.shape.reduce((a, b) => a * b, 1)
    const error = errors.reduce((a, b) => a + b, 0) / Math.max(1, errors.length) / values
    return { model: info, error, regularity, activeUnits, samples: pictures }
  }

  const put = (one: Measured): void => {
    const rest = measured.value.filter(({ model: other }) => other.model !== one.model.model)
    measured.value = [...rest, one].sort((a, b) => a.model.task.localeCompare(b.model.task))
  }

  const attempt = async (work: () => Promise<Measured | null>): Promise<void> => {
    const set = codes.current
    failure.value = null
    try {
      const one = await work()
      if (one && codes.current === set) put(one)
    } catch (thrown) {
      const error = asSagittaError(thrown)
      if (error.code !== 'cancelled') failure.value = error
    }
  }

  /** Measures the explored model. */
  const measure = (): Promise<void> =>
    attempt(async () => {
      const set = codes.current
      return set && model.info ? measureCodes(model.info, set.codes, set.errors) : null
    })

  /** Codes the same images with another model, measures it, and lets its codes go. */
  const compare = (path: string): Promise<void> =>
    attempt(async () => {
      const images = codes.madeOf
      if (!images) return null
      const info = await api.latent.open({ model: path })
      const made = await jobs.track(
        { kind: 'measure', title: `Coding images with ${info.name}`, progressOf: counted('images') },
        api.latent.encode({ model: path, source: images }),
      )
      try {
        return await measureCodes(info, made.codes, made.errors)
      } finally {
        await api.latent.close({ model: path })
      }
    })

  return { measured, failure, job, others, measure, compare }
})
