// What models propose for volumes, until a person accepts or discards it. The viewer draws the shown one over the image.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import type { SegmentResult } from '#common/ipc/compute'
import type { EditAck } from '#common/ipc/voxels'
import { useApi } from '../api'
import { useSelection } from './selection'

export const useProposals = defineStore('proposals', () => {
  const api = useApi()
  const selection = useSelection()
  const byVolume = shallowReactive(new Map<string, SegmentResult>())
  /** Whether the proposal is drawn. */
  const visible = ref(true)

  /** The proposal of the selected volume. */
  const current = computed(() => (selection.volumeId === null ? null : (byVolume.get(selection.volumeId) ?? null)))
  /** The same, when it is to be drawn. */
  const shown = computed(() => (visible.value ? current.value : null))

  /** Keeps a new proposal; an older one of the same volume is discarded. */
  const put = async (result: SegmentResult): Promise<void> => {
    const older = byVolume.get(result.proposal.volumeId)
    byVolume.set(result.proposal.volumeId, result)
    visible.value = true
    if (older) await api.voxels.discardProposal({ proposalId: older.proposal.proposalId })
  }

  /** Takes the proposal into the target map as one edit. @param labels only these values; null for all. */
  const accept = async (result: SegmentResult, labels: readonly number[] | null): Promise<EditAck> => {
    const ack = await api.voxels.acceptProposal({
      proposalId: result.proposal.proposalId,
      labels: labels === null ? null : [...labels],
    })
    byVolume.delete(result.proposal.volumeId)
    return ack
  }

  const discard = async (result: SegmentResult): Promise<void> => {
    await api.voxels.discardProposal({ proposalId: result.proposal.proposalId })
    byVolume.delete(result.proposal.volumeId)
  }

  return { byVolume, visible, current, shown, put, accept, discard }
})
