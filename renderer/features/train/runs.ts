// The run that is looked at, and its metrics.
import { defineStore, storeToRefs } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { asSagittaError } from '#common/errors'
import type { RunSummary } from '#common/ipc/project'
import type { MetricsRow } from '#common/ipc/training'
import { useApi } from '../../api'
import { useModels, useProject } from '../../stores'
import { kindOf, segments, type TrainKind } from './kind'
import { useLiveRun, type StageCurve } from './live'
import { useRunList } from './runList'

interface Curves {
  readonly rows: readonly MetricsRow[]
  readonly stages: readonly StageCurve[]
}
const NONE: Curves = { rows: [], stages: [] }

export const useRuns = defineStore('runs', () => {
  const api = useApi()
  const live = useLiveRun()
  const models = useModels()
  const project = useProject()

  const runList = useRunList()
  const { list, newestFirst, error } = storeToRefs(runList)
  const chosenId = ref<string | null>(null)
  const stored = shallowRef<Curves>(NONE)

  watch(
    () => project.state?.folder,
    () => {
      chosenId.value = null
      live.leave()
    },
    { immediate: true },
  )

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
  const curves = computed<Curves>(() => (isLive.value && live.run ? live.run : stored.value))
  const rows = computed(() => curves.value.rows)
  /** Curves of the layers of layerwise training. */
  const stages = computed(() => curves.value.stages)
  /** What it trains, and so which figures it has. */
  const kind = computed<TrainKind>(() => {
    if (isLive.value && live.run) return live.run.kind
    return shown.value ? kindOf(shown.value.task) : 'segmentation'
  })

  /** Said with every figure of a run that was validated on the scan it was trained on. */
  const caveat = computed(() => {
    if (isLive.value && live.run) return live.run.caveat
    const path = shown.value?.model
    return path == null ? null : (models.byPath.get(path)?.caveat ?? null)
  })

  const read = async ({ id, task }: RunSummary): Promise<Curves> => {
    if (segments(task)) return { rows: await api.training.metrics({ run: id }), stages: [] }
    const all = await api.latent.curves({ run: id })
    return {
      rows: all.find(({ stage }) => stage === 'whole')?.rows ?? [],
      stages: all.filter(({ stage, rows: own }) => stage !== 'whole' && own.length > 0),
    }
  }
  watch(
    [() => shown.value?.id, () => shown.value?.epochs.done, isLive],
    async () => {
      if (isLive.value) return
      const wanted = shown.value
      if (!wanted) {
        stored.value = NONE
        return
      }
      try {
        const curvesOfIt = await read(wanted)
        if (shown.value?.id === wanted.id) stored.value = curvesOfIt
      } catch (thrown) {
        error.value = asSagittaError(thrown)
      }
    },
    { immediate: true },
  )

  /** Goes on with the run that is looked at, where it was cut off. */
  const resume = async (): Promise<void> => {
    const wanted = shown.value
    if (wanted?.resumable) await live.resume(wanted, curves.value, caveat.value)
  }

  /** A new run is what one wants to look at. */
  watch(
    () => live.isRunning,
    running => {
      if (!running) return
      chosenId.value = null
      liveId.value = live.run?.id ?? null
    },
  )

  const { load } = runList
  return { list, newestFirst, error, chosenId, liveId, shown, isLive, rows, stages, kind, caveat, load, resume }
})
