// The run that is being set up: cases, labels, split, what a person changed; and the plan that the trainer makes of it.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { Client } from '#common/ipc/contract'
import type { trainingContract } from '#common/ipc/training'
import { useApi } from '../../api'
import { useIntake, useProject } from '../../stores'

type Training = Client<typeof trainingContract>
export type TrainingInput = Parameters<Training['start']>[0]
export type Plan = Awaited<ReturnType<Training['plan']>>
export type Overrides = TrainingInput['overrides']
export type SplitMode = TrainingInput['splitMode']

const PLAN_AFTER_MS = 250

export const useDraft = defineStore('trainDraft', () => {
  const api = useApi()
  const intake = useIntake()
  const project = useProject()

  const name = ref('')
  /** Cases and labels a person took off; new ones are in. */
  const leftOut = shallowReactive(new Set<string>())
  const labelsOff = shallowReactive(new Set<number>())
  const splitChoice = ref<SplitMode | null>(null)
  const overrides = shallowRef<Overrides>({})

  const usable = computed(() => project.sources.filter(source => source.labelled && source.status === 'here'))
  // The sample study's third patient is for honest testing: out until a person puts it in. In a project of an earlier day it is known a
  // moment later which patient that is.
  const offered = new Set<string>()
  watch(
    [usable, () => intake.samples],
    () => {
      for (const { volumeId, path } of usable.value) {
        const sample = intake.sampleOf(path)
        if (sample === null || offered.has(volumeId)) continue
        offered.add(volumeId)
        if (sample.use === 'test') leftOut.add(volumeId)
      }
    },
    { immediate: true },
  )
  const cases = computed(() => usable.value.filter(source => !leftOut.has(source.volumeId)))
  const labels = computed(() => project.labels.filter(label => !labelsOff.has(label.value)))
  const patients = computed(() => new Set(cases.value.map(({ info }) => info.patientId || info.patientName)).size)
  /** Within the scan only where there is a single patient: by patient is the split that says something about others. */
  const splitMode = computed<SplitMode>({
    get: () => splitChoice.value ?? (patients.value === 1 ? 'within-study' : 'patient'),
    set: mode => (splitChoice.value = mode),
  })

  const input = computed<TrainingInput | null>(() =>
    cases.value.length === 0 || labels.value.length === 0
      ? null
      : {
          name: name.value.trim(),
          volumeIds: cases.value.map(source => source.volumeId),
          labels: labels.value.map(label => label.value),
          splitMode: splitMode.value,
          overrides: overrides.value,
        },
  )

  const plan = shallowRef<Plan | null>(null)
  const error = shallowRef<SagittaError | null>(null)
  const planning = ref(false)
  let latest = 0

  const makePlan = async (): Promise<void> => {
    const mine = ++latest
    if (!input.value) {
      plan.value = null
      error.value = null
      planning.value = false
      return
    }
    planning.value = true
    try {
      const made = await api.training.plan(input.value)
      if (mine !== latest) return
      plan.value = made
      error.value = null
    } catch (thrown) {
      if (mine !== latest) return
      plan.value = null
      error.value = asSagittaError(thrown)
    }
    planning.value = false
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  /** Plans anew while someone looks; several changes at once make one plan. */
  const watchPlan = (): (() => void) =>
    watch(
      [input, () => project.state],
      () => {
        clearTimeout(timer)
        // At once: until the new plan is there, the old one must not be started.
        planning.value = input.value !== null
        timer = setTimeout(() => void makePlan(), PLAN_AFTER_MS)
      },
      { immediate: true },
    )

  const override = <K extends keyof Overrides>(key: K, value: Overrides[K]): void => {
    overrides.value = { ...overrides.value, [key]: value }
  }
  const undoOverride = (key: keyof Overrides): void => {
    overrides.value = Object.fromEntries(Object.entries(overrides.value).filter(([other]) => other !== key))
  }

  /** true, or why training can't start. */
  const ready = computed<true | string>(() => {
    if (usable.value.length === 0) return 'no series has labels yet.'
    if (cases.value.length === 0) return 'choose at least one case.'
    if (labels.value.length === 0) return 'choose at least one label.'
    if (error.value) return error.value.message
    if (!plan.value || planning.value) return 'the plan is being made.'
    return plan.value.refusals[0] ?? true
  })

  return {
    name,
    leftOut,
    labelsOff,
    usable,
    cases,
    labels,
    patients,
    splitMode,
    overrides,
    input,
    plan,
    error,
    planning,
    ready,
    makePlan,
    watchPlan,
    override,
    undoOverride,
  }
})
