// The target map of the selected volume: its state and journal as the study service acknowledged them, and every edit a person can make.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { EditAck, JournalEntry, LabelMapState, SliceState, Stroke } from '#common/ipc/voxels'
import { useApi } from '../../api'
import { useJobs } from '../../stores/jobs'
import { useNotices } from '../../stores/notices'
import { useSelection } from '../../stores/selection'
import { shareOf } from '../../stores/eta'
import { useSliceMarks, useSlices, type UnacknowledgedStroke } from '../viewer'

const JOURNAL_SHOWN = 100

export const useLabelMap = defineStore('labelMap', () => {
  const api = useApi()
  const jobs = useJobs()
  const notices = useNotices()
  const selection = useSelection()
  const slices = useSlices()
  const marks = useSliceMarks()

  const state = shallowRef<LabelMapState | null>(null)
  const journal = shallowRef<readonly JournalEntry[]>([])
  /** Edits sent and not acknowledged yet. */
  const pending = ref(0)

  const mine = (volumeId: string): boolean => selection.volumeId === volumeId

  function take(next: LabelMapState | null): void {
    state.value = next
    marks.map = next
  }

  /** Which slices changed is told by the edit itself; what is kept of them is fetched anew. */
  function takeAck(ack: EditAck): void {
    const { volumeId } = ack.state
    for (const k of ack.changedSlices) slices.labelsStale(volumeId, k)
    if (!mine(volumeId)) return
    take(ack.state)
    if (ack.entry.action === 'none') {
      notices.say({ tone: 'info', text: ack.entry.text })
      return
    }
    const undoing = ack.entry.action === 'undo' || ack.entry.action === 'redo'
    if (undoing) void loadJournal(volumeId)
    else journal.value = [ack.entry, ...journal.value.filter(entry => !entry.undone)].slice(0, JOURNAL_SHOWN)
  }

  async function loadJournal(volumeId: string): Promise<void> {
    const entries = await api.voxels.journal({ volumeId, limit: JOURNAL_SHOWN })
    if (mine(volumeId)) journal.value = entries
  }

  async function open(volumeId: string): Promise<void> {
    const opened = await api.voxels.openLabels({ volumeId })
    if (!mine(volumeId)) return
    take(opened)
    await loadJournal(volumeId)
  }

  watch(
    () => (selection.source?.status === 'here' ? selection.source.volumeId : null),
    volumeId => {
      take(null)
      journal.value = []
      if (volumeId !== null) void notices.attempt(() => open(volumeId))
    },
    { immediate: true },
  )

  // An edit that did not come from here: another command's, or a proposal accepted elsewhere in the window.
  api.voxels.labelsChanged(({ volumeId }) => {
    if (pending.value > 0) return
    slices.labelsStale(volumeId)
    if (mine(volumeId)) void notices.attempt(() => open(volumeId))
  })
  api.app.serviceStopped(({ service, restarted }) => {
    const { volumeId } = selection
    if (service === 'study' && restarted && volumeId !== null) void notices.attempt(() => open(volumeId))
  })

  async function edit(work: () => Promise<EditAck>): Promise<EditAck | undefined> {
    pending.value++
    try {
      const ack = await work()
      takeAck(ack)
      return ack
    } catch (thrown) {
      notices.fail(thrown)
      return undefined
    } finally {
      pending.value--
    }
  }

  /** The stroke is on screen already; what the journal could not take is taken off the screen again and said. */
  async function stroke(input: Stroke, shown: UnacknowledgedStroke): Promise<void> {
    slices.unacknowledged.add(shown)
    const ack = await edit(() => api.voxels.stroke(input))
    slices.unacknowledged.delete(shown)
    if (!ack) slices.labelsStale(input.volumeId, input.k)
  }

  const goToEdit = (entry: JournalEntry): void => {
    if (entry.k !== null) selection.k = entry.k
  }
  async function step(direction: 'undo' | 'redo', volumeId = selection.volumeId): Promise<void> {
    if (volumeId === null) return
    const ack = await edit(() => api.voxels[direction]({ volumeId }))
    if (ack) goToEdit(ack.entry)
  }

  const sliceState = computed<SliceState | null>(() => state.value?.states[selection.k] ?? null)
  const completeSlices = computed(() => state.value?.states.filter(each => each === 'complete').length ?? 0)
  const setSliceState = (volumeId: string, ks: number[], next: SliceState) =>
    edit(() => api.voxels.setSliceState({ volumeId, slices: ks, state: next }))

  const countOf = (label: number) => state.value?.counts.find(({ value }) => value === label) ?? null

  async function importFrom(volumeId: string, path: string, complete: boolean): Promise<void> {
    const handle = api.voxels.importLabels({ volumeId, path, complete })
    const progressOf = ({ done, total }: { done: number; total: number }) => ({
      share: shareOf(done, total),
      text: '',
      secondsLeft: null,
    })
    const ack = await edit(() => jobs.track({ kind: 'import', title: 'Reading the target map', progressOf }, handle))
    if (ack)
      notices.say({
        tone: 'undo',
        text: ack.entry.text,
        sub: `${ack.entry.voxelsAdded} voxels`,
        action: { title: 'Undo', run: () => step('undo', volumeId) },
      })
  }

  async function exportTo(volumeId: string, out: string): Promise<void> {
    const handle = api.voxels.exportLabels({ volumeId, out })
    const progressOf = ({ done, total }: { done: number; total: number }) => ({
      share: shareOf(done, total),
      text: '',
      secondsLeft: null,
    })
    await notices.attempt(async () => {
      const written = await jobs.track({ kind: 'export', title: 'Writing the target map', progressOf }, handle)
      notices.say({
        tone: 'ok',
        text: 'Saved as NIfTI and verified: equal voxel by voxel after rereading.',
        sub: `${written.out}, ${Math.ceil(written.bytes / 1024)} kB`,
        action: { title: 'Show file', run: () => api.app.showInFolder({ path: written.out }) },
      })
    })
  }

  return {
    state,
    journal,
    pending,
    sliceState,
    completeSlices,
    countOf,
    stroke,
    undo: () => step('undo'),
    redo: () => step('redo'),
    setSliceState,
    goToEdit,
    importFrom,
    exportTo,
    takeAck,
  }
})
