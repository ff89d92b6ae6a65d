// What the view shows: image, target map and proposal of one slice, always of the same slice, fetched ahead and shown together.
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { SliceData } from '#common/ipc/volume'
import { useApi } from '../../api'
import { useProposals } from '../../stores/proposals'
import { useSelection } from '../../stores/selection'
import { SliceCache } from './sliceCache'

export interface ShownSlice {
  readonly volumeId: string
  readonly k: number
  readonly image: SliceData
  /** Label values, row-major. Painting changes them in place; `labelsVersion` tells. */
  readonly labels: Uint16Array
  readonly proposal: Uint16Array | null
}

/** A stroke that is on screen but not in the journal yet. */
export interface UnacknowledgedStroke {
  readonly volumeId: string
  readonly k: number
  paint(labels: Uint16Array): void
}

const IMAGE_BUDGET_BYTES = 256 << 20
const LABEL_BUDGET_BYTES = 64 << 20

export const useSlices = defineStore('slices', () => {
  const api = useApi()
  const selection = useSelection()
  const proposals = useProposals()

  const voxelsOf = (): number => (selection.source ? selection.source.info.size[0] * selection.source.info.size[1] : 0)
  const images = new SliceCache<SliceData>(
    (volumeId, k) => api.voxels.slice({ volumeId, k }),
    () => voxelsOf() * 2,
    IMAGE_BUDGET_BYTES,
  )
  const labelCache = new SliceCache<Uint16Array>(
    async (volumeId, k) => (await api.voxels.labelSlice({ volumeId, k })).values,
    () => voxelsOf() * 2,
    LABEL_BUDGET_BYTES,
  )
  const proposalCache = new SliceCache<Uint16Array>(
    async (proposalId, k) => (await api.voxels.proposalSlice({ proposalId, k })).values,
    () => voxelsOf() * 2,
    LABEL_BUDGET_BYTES,
  )

  const shown = shallowRef<ShownSlice | null>(null)
  /** Counts changes of `shown.labels` in place. */
  const labelsVersion = shallowRef(0)
  const error = shallowRef<{ readonly k: number; readonly error: SagittaError } | null>(null)
  /** The slice asked for is not on screen yet. */
  const waiting = computed(
    () =>
      selection.volumeId !== null &&
      error.value === null &&
      (shown.value?.volumeId !== selection.volumeId || shown.value.k !== selection.k),
  )

  interface Wanted {
    readonly volumeId: string
    readonly k: number
    readonly proposalId: string | null
  }
  const wanted = computed<Wanted | null>(() =>
    selection.source?.status === 'here'
      ? {
          volumeId: selection.source.volumeId,
          k: selection.k,
          proposalId: proposals.shown?.proposal.proposalId ?? null,
        }
      : null,
  )

  /** Strokes the journal has not acknowledged yet: laid over whatever the service says until it has. Painting twice is painting once. */
  const unacknowledged = new Set<UnacknowledgedStroke>()
  function present(target: Wanted, image: SliceData, labels: Uint16Array, proposal: Uint16Array | null): void {
    for (const stroke of unacknowledged)
      if (stroke.volumeId === target.volumeId && stroke.k === target.k) stroke.paint(labels)
    error.value = null
    shown.value = { volumeId: target.volumeId, k: target.k, image, labels, proposal }
  }

  /** All three at once when they are here, in the same frame; else when the last has come, unless the user has moved on. */
  function show(target: Wanted): void {
    const { volumeId, k, proposalId } = target
    const image = images.peek(volumeId, k)
    const labels = labelCache.peek(volumeId, k)
    const proposal = proposalId === null ? null : proposalCache.peek(proposalId, k)
    if (image && labels && proposal !== undefined) present(target, image, labels, proposal)
    else void fetchAndShow(target)
  }

  async function fetchAndShow(target: Wanted): Promise<void> {
    const { volumeId, k, proposalId } = target
    try {
      const [image, labels, proposal] = await Promise.all([
        images.get(volumeId, k),
        labelCache.get(volumeId, k),
        proposalId === null ? null : proposalCache.get(proposalId, k),
      ])
      if (wanted.value === target) present(target, image, labels, proposal)
    } catch (thrown) {
      if (wanted.value === target) error.value = { k, error: asSagittaError(thrown) }
    }
  }

  let lastK = 0
  watch(
    wanted,
    target => {
      if (!target) {
        shown.value = null
        error.value = null
        return
      }
      if (shown.value?.volumeId !== target.volumeId) shown.value = null
      show(target)
      const direction = target.k >= lastK ? 1 : -1
      lastK = target.k
      const slices = selection.source!.info.size[2]
      images.ahead(target.volumeId, target.k, slices, direction)
      labelCache.ahead(target.volumeId, target.k, slices, direction)
      if (target.proposalId !== null) proposalCache.ahead(target.proposalId, target.k, slices, direction)
    },
    { immediate: true },
  )

  /** What is kept of the target map is stale: all of it, or one slice. The new values replace the old on screen when they are here. */
  function labelsStale(volumeId: string, k?: number): void {
    labelCache.forget(volumeId, k)
    const target = wanted.value
    if (target?.volumeId === volumeId && (k === undefined || k === target.k)) void fetchAndShow(target)
  }

  /** The label values of the shown slice were painted over in place. */
  const labelsPainted = (): void => void labelsVersion.value++

  // A restarted service answers anew; what it failed on is asked again.
  api.app.serviceStopped(({ service, restarted }) => {
    if (service === 'study' && restarted && wanted.value) show(wanted.value)
  })

  const retry = (): void => {
    if (wanted.value) show(wanted.value)
  }

  return { shown, labelsVersion, error, waiting, unacknowledged, labelsStale, labelsPainted, retry }
})
