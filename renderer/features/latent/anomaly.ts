// What is unlike the normal images: the ranking of images and series with their reasons, the threshold, and the ROC where labels say it.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { z } from 'zod'
import { asSagittaError, SagittaError } from '#common/errors'
import type { anomalySchema } from '#common/ipc/latent'
import { useApi } from '../../api'
import { useJobs, useProject } from '../../stores'
import { patientName, seriesName } from '../studies'
import { counted, useCodes } from './codes'
import { NO_CLASS } from './colouring'
import { useHandComparison } from './handComparison'
import { useLatentModel } from './model'
import { usePicks } from './picks'

export type Anomalies = z.infer<typeof anomalySchema>

/** Stands for the images that the model itself held out. */
export const OWN = 'own'

export const useAnomaly = defineStore('anomaly', () => {
  const api = useApi()
  const codes = useCodes()
  const hand = useHandComparison()
  const jobs = useJobs()
  const model = useLatentModel()
  const picks = usePicks()
  const project = useProject()

  /** Volume whose images count as normal, or OWN. */
  const normals = ref<string>(OWN)
  /** Share of normal images below the threshold, percent. */
  const percentBelow = ref(95)
  /** Index of the class that counts as anomalous; null: none. */
  const anomalous = ref<number | null>(null)

  const result = shallowRef<Anomalies | null>(null)
  const error = shallowRef<SagittaError | null>(null)
  const job = computed(() => jobs.running.find(({ kind }) => kind === 'rank') ?? null)

  const normalSeries = computed(() => {
    const places = codes.current?.places
    return (places?.volumeIds ?? []).flatMap(id => {
      const info = project.sourceById.get(id)?.info
      return info ? [{ value: id, text: patientName(info), sub: seriesName(info) }] : []
    })
  })
  const classes = computed(
    () =>
      codes.current?.classNames.flatMap((name, index) => (name === NO_CLASS ? [] : [{ value: String(index), name }])) ??
      [],
  )

  const forget = (): void => {
    result.value = null
    error.value = null
  }
  watch(
    () => codes.current?.codes,
    () => {
      forget()
      normals.value = OWN
      anomalous.value = null
    },
  )
  /** An answer to other settings than these is not taken. */
  const settings = computed(() =>
    [codes.current?.codes, normals.value, percentBelow.value, anomalous.value, hand.model].join('\n'),
  )
  watch(settings, forget)

  const anomalousName = computed(() =>
    anomalous.value === null ? null : (codes.current?.classNames[anomalous.value] ?? null),
  )
  /** Codes of one series' images, without those that show the anomalous label. */
  const codesOfNormals = async (volumeId: string): Promise<string | null> => {
    const source = codes.madeOf
    if (!model.info || source?.kind !== 'studies') return null
    const cases = source.cases.filter(({ image }) => image === volumeId)
    const value = source.classes?.find(({ name }) => name === anomalousName.value)?.value
    const free = value === undefined ? {} : { keep: 'free' as const, keepBy: [value] }
    try {
      const made = await jobs.track(
        { kind: 'rank', title: 'Coding the normal images', progressOf: counted('images') },
        api.latent.encode({ model: model.info.model, source: { ...source, cases, ...free } }),
      )
      return made.codes
    } catch (thrown) {
      const failed = asSagittaError(thrown)
      if (failed.code !== 'no-training-data' || anomalousName.value === null) throw failed
      throw new SagittaError(
        failed.code,
        `${hand.nameOf(volumeId)} has no slice that is known to be free of ${anomalousName.value}: slices count once they are marked complete. Choose another series.`,
        failed.details,
      )
    }
  }

  const rank = async (): Promise<void> => {
    const set = codes.current
    if (!set || job.value) return
    forget()
    const mine = settings.value
    let normal: string | null = null
    try {
      const disagreement = await hand.compare()
      normal = normals.value === OWN ? null : await codesOfNormals(normals.value)
      const found = await jobs.track(
        { kind: 'rank', title: 'Ranking the images', progressOf: counted('steps') },
        api.latent.anomaly({
          ...{ codes: set.codes, normals: normal, share: percentBelow.value / 100 },
          ...{ anomalousLabels: anomalous.value === null ? null : [anomalous.value], disagreement },
        }),
      )
      if (mine === settings.value) result.value = found
    } catch (thrown) {
      const failed = asSagittaError(thrown)
      if (failed.code !== 'cancelled' && mine === settings.value) error.value = failed
    } finally {
      if (normal !== null) await api.latent.forget({ codes: normal })
    }
  }

  const chooseAbove = (): void => {
    const { value: found } = result
    if (found?.threshold == null) return
    const above = [...found.errors.keys()].filter(n => found.errors[n]! > found.threshold!)
    picks.choose('conspicuous', Int32Array.from(above))
  }
  /** Opens the image for which a series stands out: on the slice where model and hand differ most, else its worst image. */
  const openCase = (volumeId: string): void => {
    const [found, set] = [result.value, codes.current]
    if (!found || !set) return
    const volume = set.places.volumeIds.indexOf(volumeId)
    const { by } = found.cases.find(({ id }) => id === volumeId) ?? {}
    const k = by === 'disagreement' ? hand.byVolume.get(volumeId)?.worstSlice : null
    const inSlice = (n: number): boolean => k == null || set.places.k[n] === k
    const worst = found.ranking.find(n => set.places.volume[n] === volume && inSlice(n))
    if (worst !== undefined) picks.open(worst)
  }

  return {
    ...{ normals, percentBelow, anomalous, anomalousName, normalSeries, classes },
    ...{ result, error, job, rank, chooseAbove, openCase },
  }
})
