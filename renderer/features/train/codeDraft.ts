// The autoencoder, VAE or classifier that is being set up: cases, what a person changed, the split; and the plan the trainer makes of it.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue'
import { asSagittaError, SagittaError } from '#common/errors'
import type { LatentPlan } from '#common/ipc/latent'
import { useApi } from '../../api'
import { useProject } from '../../stores'
import { patientName } from '../studies'
import { casesUsed, chosen, configOf, imageCount, type CodeCase, type CodeChanges } from './codeChoice'
import type { SplitMode } from './draft'
import { RANDOM, unfitting, type Encoder } from './encoderChoice'
import { useEncoders } from './encoders'
import { useTrainKind, type CodeKind } from './kind'

const PLAN_AFTER_MS = 250

export const useCodeDraft = defineStore('codeDraft', () => {
  const api = useApi()
  const encoders = useEncoders()
  const project = useProject()
  const trainKind = useTrainKind()

  const kind = computed<CodeKind>(() => (trainKind.kind === 'segmentation' ? 'vae' : trainKind.kind))
  const name = ref('')
  /** Cases a person took off; new ones are in. */
  const leftOut = shallowReactive(new Set<string>())
  /** Of a classifier: labels that a person does not want told apart; their pixels are none. */
  const labelsOff = shallowReactive(new Set<number>())
  const splitChoice = ref<SplitMode | null>(null)
  const changes = shallowRef<CodeChanges>({})

  const usable = computed(() => project.sources.filter(({ status }) => status === 'here'))
  const caseOf = ({ volumeId, info, labelled }: (typeof usable.value)[number]): CodeCase => ({
    ...{ volumeId, labelled, patient: info.patientId || info.patientName || volumeId },
    ...{ ct: info.modality === 'CT', size: info.size },
  })
  const taken = computed(() => usable.value.filter(({ volumeId }) => !leftOut.has(volumeId)).map(caseOf))
  const labels = computed(() =>
    kind.value === 'classifier' ? project.labels.filter(({ value }) => !labelsOff.has(value)) : project.labels,
  )

  /** The chosen run, else the newest. */
  const encoderRun = computed(() => {
    if (kind.value !== 'classifier' || changes.value.encoder === RANDOM) return null
    return encoders.list.find(({ id }) => id === changes.value.encoder) ?? encoders.list[0] ?? null
  })
  const encoderModel = computed(() => encoderRun.value?.model ?? null)
  watch(encoderModel, path => void (path !== null && encoders.read(path)), { immediate: true })
  const encoder = computed<Encoder | null>(() => {
    if (encoderRun.value === null) return null
    const facts = encoderModel.value === null ? undefined : encoders.known.get(encoderModel.value)
    const { id, name } = encoderRun.value
    return { run: id, name, facts: facts === undefined || facts instanceof SagittaError ? null : facts }
  })
  /** null: the encoder can be taken, or none is; else why not (yet). */
  const encoderFault = computed(() => {
    if (encoderModel.value === null) return null
    const facts = encoders.known.get(encoderModel.value)
    if (facts === undefined) return 'the encoder is being read.'
    return facts instanceof SagittaError ? facts.message : unfitting(facts)
  })

  const choice = computed(() =>
    chosen(kind.value, taken.value, changes.value, { encoder: encoder.value, labels: labels.value.length }),
  )
  const cases = computed(() => casesUsed(kind.value, taken.value, choice.value))
  const allCt = computed(() => taken.value.length > 0 && taken.value.every(({ ct }) => ct))
  const patients = computed(() => new Set(cases.value.map(({ patient }) => patient)).size)
  /** Within the scan only where there is a single patient: by patient is the split that says something about others. */
  const splitMode = computed<SplitMode>({
    get: () => splitChoice.value ?? (patients.value === 1 ? 'within-study' : 'patient'),
    set: mode => (splitChoice.value = mode),
  })
  /** About: before anything was read. */
  const images = computed(() => imageCount(cases.value, choice.value))

  const input = computed(() =>
    cases.value.length === 0 ||
    (labels.value.length === 0 && kind.value === 'classifier') ||
    encoderFault.value !== null
      ? null
      : configOf(kind.value, name.value.trim(), taken.value, labels.value, choice.value, splitMode.value),
  )

  const plan = shallowRef<LatentPlan | null>(null)
  const error = shallowRef<SagittaError | null>(null)
  const planning = ref(false)
  /** "120 of 288 slices read": volumes are prepared the first time. */
  const reading = shallowRef<{ readonly done: number; readonly total: number } | null>(null)
  let latest = 0
  let stopLatest: () => void = () => undefined

  const makePlan = async (): Promise<void> => {
    const mine = ++latest
    stopLatest()
    reading.value = null
    planning.value = input.value !== null
    if (!input.value) {
      plan.value = null
      error.value = null
      return
    }
    const handle = api.latent.plan({ config: input.value })
    stopLatest = () => handle.cancel()
    handle.onProgress(progress => {
      if (mine === latest) reading.value = progress
    })
    try {
      const made = await handle.done
      if (mine !== latest) return
      plan.value = { ...made, refusals: made.refusals.map(inWords), notices: made.notices.map(inWords) }
      error.value = null
    } catch (thrown) {
      if (mine !== latest) return
      plan.value = null
      error.value = asSagittaError(thrown)
    }
    planning.value = false
    reading.value = null
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  /** Plans anew while someone looks at it; several changes at once make one plan. A name changes nothing. */
  const watchPlan = (): (() => void) => {
    const stop = watch(
      () => (trainKind.kind === 'segmentation' ? null : JSON.stringify({ ...input.value, name: '' })),
      wanted => {
        clearTimeout(timer)
        if (wanted === null) return
        planning.value = input.value !== null
        timer = setTimeout(() => void makePlan(), PLAN_AFTER_MS)
      },
      { immediate: true },
    )
    return () => {
      clearTimeout(timer)
      stop()
    }
  }

  const change = (part: CodeChanges): void => {
    changes.value = { ...changes.value, ...part }
  }
  const undo = (key: keyof CodeChanges): void => {
    changes.value = Object.fromEntries(Object.entries(changes.value).filter(([other]) => other !== key))
  }

  /** The trainer knows volumes by their ids, people by the patients' names. */
  const inWords = (text: string): string =>
    project.sources.reduce((said, { volumeId, info }) => said.replaceAll(volumeId, patientName(info)), text)

  /** true, or why training can't start. */
  const ready = computed<true | string>(() => {
    if (usable.value.length === 0) return 'the project has no series that can be read.'
    if (taken.value.length === 0) return 'choose at least one case.'
    if (cases.value.length === 0)
      return kind.value === 'classifier'
        ? 'none of the chosen cases has labels to learn. Draw some in Annotate and mark slices complete.'
        : 'none of the chosen cases has labels to choose images by.'
    if (kind.value === 'classifier' && labels.value.length === 0) return 'choose at least one label.'
    if (encoderFault.value !== null) return encoderFault.value
    if (error.value) return inWords(error.value.message)
    if (!plan.value || planning.value) return 'the images are being looked at.'
    return plan.value.refusals[0] ?? true
  })

  return {
    ...{
      kind,
      name,
      leftOut,
      labelsOff,
      labels,
      encoder,
      encoderFault,
      usable,
      allCt,
      taken,
      cases,
      patients,
      splitMode,
      choice,
      changes,
      images,
      input,
    },
    ...{ plan, error, planning, reading, ready, inWords, makePlan, watchPlan, change, undo },
  }
})
