// Running a model on the open series: one at a time per window, with what went wrong kept to be shown.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { z } from 'zod'
import type { segmentProgressSchema } from '#common/ipc/compute'
import { useApi } from '../../api'
import { useJobs, useModels, useNotices, useProposals, useSelection, type JobProgress } from '../../stores'
import { shareOf } from '../../stores/eta'
import { count, plural } from '../../stores/format'
import { useLabelMap } from '../annotate'

type SegmentProgress = z.infer<typeof segmentProgressSchema>

const STAGE: Readonly<Record<SegmentProgress['stage'], string>> = {
  reading: 'reading slices',
  preprocessing: 'preparing',
  segmenting: 'segmenting',
  writing: 'keeping the proposal',
}
/** Share of the whole at which a stage begins and ends: the model's own work is most of it. */
const SPAN: Readonly<Record<SegmentProgress['stage'], readonly [number, number]>> = {
  reading: [0, 0.1],
  preprocessing: [0.1, 0.2],
  segmenting: [0.2, 0.97],
  writing: [0.97, 1],
}

/** A stage's progress as progress of the whole. */
export function segmentProgress({ stage, done, total, secondsLeft }: SegmentProgress): JobProgress {
  const [from, to] = SPAN[stage]
  const inStage = shareOf(done, total) ?? 0
  return {
    share: from + (to - from) * inStage,
    text: total > 0 ? `${STAGE[stage]} ${count(done)} of ${count(total)}` : STAGE[stage],
    secondsLeft,
  }
}

export const useSegment = defineStore('segment', () => {
  const api = useApi()
  const jobs = useJobs()
  const labelMap = useLabelMap()
  const models = useModels()
  const notices = useNotices()
  const proposals = useProposals()
  const selection = useSelection()

  const chosen = ref<string | null>(null)
  /** The chosen model, else the newest of a run, else the first; a classifier of pixels only where nothing else segments. */
  const model = computed({
    get: () => {
      const { byPath, forSegmenting } = models
      if (chosen.value !== null && byPath.has(chosen.value)) return chosen.value
      const networks = forSegmenting.filter(({ task }) => task === 'segmentation')
      const offered = networks.length > 0 ? networks : forSegmenting
      const newest = offered
        .filter(card => card.origin === 'run')
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
      return (newest ?? offered[0])?.path ?? null
    },
    set: path => (chosen.value = path),
  })
  const card = computed(() => (model.value === null ? null : (models.byPath.get(model.value) ?? null)))

  const job = computed(() => jobs.running.find(candidate => candidate.kind === 'segment') ?? null)
  /** Labels of the proposal that a person does not want. */
  const excluded = shallowReactive(new Set<number>())
  const failure = shallowRef<{ readonly volumeId: string; readonly error: SagittaError } | null>(null)

  /** true, or why the button is off. */
  const ready = computed<true | string>(() => {
    if (!selection.source) return 'choose a series first.'
    if (selection.source.status === 'moved') return 'this series was moved; locate it first.'
    if (job.value) return 'a model is running already.'
    if (model.value === null) return models.known ? 'there is no model yet.' : 'models are being read.'
    return true
  })

  const run = async (): Promise<void> => {
    const { source } = selection
    if (ready.value !== true || !source || model.value === null || !card.value) return
    failure.value = null
    try {
      const result = await jobs.track(
        { kind: 'segment', title: card.value.name, progressOf: segmentProgress },
        api.models.segment({ volumeId: source.volumeId, model: model.value }),
      )
      excluded.clear()
      await proposals.put(result)
    } catch (thrown) {
      const error = asSagittaError(thrown)
      if (error.code !== 'cancelled') failure.value = { volumeId: source.volumeId, error }
    }
  }

  /** Takes the proposal of the open series into the target map, without the excluded labels. */
  const accept = async (): Promise<void> => {
    const result = proposals.current
    if (!result) return
    const taken = result.labels.map(label => label.value).filter(value => !excluded.has(value))
    const ack = await proposals.accept(result, excluded.size === 0 ? null : taken)
    labelMap.takeAck(ack)
    notices.say({
      tone: 'ok',
      text: `Taken into the target map: ${plural(taken.length, 'label')}, ${plural(ack.entry.slices, 'slice')}.`,
      sub: 'Slices stay unreviewed until you mark them complete. Ctrl Z takes it back.',
    })
  }

  const discard = async (): Promise<void> => {
    if (proposals.current) await proposals.discard(proposals.current)
  }

  return { model, card, job, failure, ready, excluded, run, accept, discard }
})
