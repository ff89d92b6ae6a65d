// The codes that are explored: which images they are of, making them, and what their units do.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { Codes } from '#common/ipc/latent'
import { useApi } from '../../api'
import { useJobs, useNotices, useProject, type JobProgress } from '../../stores'
import { shareOf } from '../../stores/eta'
import { count, duration, plural } from '../../stores/format'
import { useAnswer } from './answers'
import { choiceLike, sourceOf, wordsOf, type ImageChoice, type ImageSource } from './imageChoice'
import { useLatentModel } from './model'

/** Progress that counts things of one kind. */
export const counted =
  (things: string) =>
  ({ done, total }: { done: number; total: number }): JobProgress => ({
    share: shareOf(done, total),
    text: total > 0 ? `${count(done)} of ${count(total)} ${things}` : '',
    secondsLeft: null,
  })

export const useCodes = defineStore('codes', () => {
  const api = useApi()
  const jobs = useJobs()
  const model = useLatentModel()
  const notices = useNotices()
  const project = useProject()

  /** How the model's own images were made; null until it is open. */
  const trainedOn = computed(() => model.info && choiceLike(model.info))
  const changes = shallowRef<Partial<ImageChoice>>({})
  const choice = computed(() => trainedOn.value && { ...trainedOn.value, ...changes.value })
  const choose = (part: Partial<ImageChoice>): void => {
    changes.value = { ...changes.value, ...part }
  }
  /** Whether a person wants the images made otherwise than the model's own. */
  const otherwise = computed(
    () => choice.value !== null && trainedOn.value !== null && wordsOf(choice.value) !== wordsOf(trainedOn.value),
  )
  const asTrained = (): void => {
    changes.value = {}
  }
  watch(
    () => model.path,
    () => asTrained(),
  )
  const source = computed(() =>
    model.info && choice.value
      ? sourceOf(choice.value, model.info, project.sources, project.labels)
      : 'choose a model first.',
  )

  const current = shallowRef<Codes | null>(null)
  /** What `current` was made of: another model is compared on the same. */
  const madeOf = shallowRef<ImageSource | null>(null)
  const error = shallowRef<SagittaError | null>(null)
  const job = computed(() => jobs.running.find(({ kind }) => kind === 'encode') ?? null)
  const seconds = ref(0)

  /** true, or why the button is off. */
  const ready = computed<true | string>(() => {
    if (job.value) return 'images are being coded already.'
    if (typeof source.value === 'string') return source.value
    if (model.info && !model.info.encodes) return 'this file lies without its encoder. Copy the whole run folder.'
    return true
  })

  const drop = async (): Promise<void> => {
    const old = current.value
    current.value = null
    madeOf.value = null
    error.value = null
    if (old) await notices.attempt(() => api.latent.forget({ codes: old.codes }))
  }

  const encode = async (): Promise<void> => {
    const { info } = model
    const images = source.value
    if (ready.value !== true || !info || typeof images === 'string') return
    error.value = null
    const startedAt = Date.now()
    try {
      const made = await jobs.track(
        { kind: 'encode', title: `Coding images with ${info.name}`, progressOf: counted('images') },
        api.latent.encode({ model: info.model, source: images }),
      )
      // Another model was chosen meanwhile: its codes would be other numbers.
      if (made.model !== model.path) {
        await api.latent.forget({ codes: made.codes })
        return
      }
      await drop()
      seconds.value = (Date.now() - startedAt) / 1000
      current.value = made
      madeOf.value = images
      notices.say({ tone: 'ok', text: `${plural(made.count, 'image')} coded in ${duration(seconds.value)}.` })
    } catch (thrown) {
      const failed = asSagittaError(thrown)
      if (failed.code !== 'cancelled') error.value = failed
    }
  }

  const asked = computed(() => (current.value ? { codes: current.value.codes } : null))
  const facts = useAnswer(() => asked.value, api.latent.statistics)
  /** Of the current codes only: units, moments of all posteriors together. */
  const statistics = computed(() => {
    const { latest } = facts
    return latest.value?.question.codes === current.value?.codes ? (latest.value?.answer ?? null) : null
  })

  watch([() => model.path, () => project.state?.folder], () => void drop())
  // A restarted service has forgotten the codes; what is shown could not be asked about.
  api.app.serviceStopped(({ service }) => {
    if (service !== 'compute' || !current.value) return
    current.value = null
    madeOf.value = null
  })

  return {
    ...{ choice, trainedOn, otherwise, choose, asTrained, source, ready },
    ...{ current, madeOf, error, job, seconds, statistics, encode, drop },
  }
})
