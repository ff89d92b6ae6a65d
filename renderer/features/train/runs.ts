// The project's training runs, the one that is looked at, and its metrics.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { RunSummary } from '#common/ipc/project'
import type { MetricsRow } from '#common/ipc/training'
import { useApi } from '../../api'
import { useModels, useProject } from '../../stores'
import { useLiveRun } from './live'

export const useRuns = defineStore('runs', () => {
  const api = useApi()
  const live = useLiveRun()
  const models = useModels()
  const project = useProject()

  const list = shallowRef<readonly RunSummary[]>([])
  const error = shallowRef<SagittaError | null>(null)
  const chosenId = ref<string | null>(null)
  const stored = shallowRef<readonly MetricsRow[]>([])

  const load = async (): Promise<void> => {
    try {
      list.value = project.isOpen ? await api.training.runs({}) : []
      error.value = null
    } catch (thrown) {
      error.value = asSagittaError(thrown)
    }
  }
  api.training.runsChanged(() => void load())
  watch(
    () => project.state?.folder,
    () => {
      chosenId.value = null
      live.leave()
      void load()
    },
    { immediate: true },
  )

  const newestFirst = computed(() => [...list.value].sort((a, b) => b.createdAt.localeCompare(a.createdAt)))
  /** The run this window started: the one that is running while it follows one, and the same afterwards. */
  const liveId = ref<string | null>(null)
  watch(
    () => (live.isRunning ? list.value.find(run => run.state === 'running')?.id : undefined),
    id => {
      if (id !== undefined) liveId.value = id
    },
  )
  /** It failed before it had a folder: there is nothing of it in the table. */
  const failedEarly = computed(() => live.run?.state === 'failed' && liveId.value === null && chosenId.value === null)
  const shown = computed<RunSummary | null>(() => {
    if (failedEarly.value) return null
    return list.value.find(run => run.id === (chosenId.value ?? liveId.value)) ?? newestFirst.value[0] ?? null
  })
  const isLive = computed(() => {
    if (!live.run || (chosenId.value !== null && chosenId.value !== liveId.value)) return false
    return live.isRunning || failedEarly.value || (liveId.value !== null && shown.value?.id === liveId.value)
  })
  const rows = computed(() => (isLive.value && live.run ? live.run.rows : stored.value))

  /** Said with every figure of a run that was validated on the scan it was trained on. */
  const caveat = computed(() => {
    if (isLive.value && live.run) return live.run.splitMode === 'within-study' ? SAME_SCAN : null
    const path = shown.value?.model
    return path == null ? null : (models.byPath.get(path)?.caveat ?? null)
  })

  watch(
    [() => shown.value?.id, () => shown.value?.epochs.done, isLive],
    async ([id]) => {
      if (isLive.value) return
      if (id === undefined) {
        stored.value = []
        return
      }
      try {
        const metrics = await api.training.metrics({ run: id })
        if (shown.value?.id === id) stored.value = metrics
      } catch (thrown) {
        error.value = asSagittaError(thrown)
      }
    },
    { immediate: true },
  )

  /** A new run is what one wants to look at. */
  watch(
    () => live.isRunning,
    running => {
      if (!running) return
      chosenId.value = null
      liveId.value = null
    },
  )

  return { list, newestFirst, error, chosenId, liveId, shown, isLive, rows, caveat, load }
})

export const SAME_SCAN = 'same scan, not generalisation'
