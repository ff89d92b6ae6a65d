// What a person is working on: workspace, volume, slice, label, tool. Shared by all features; nothing here is saved.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, watch } from 'vue'
import { useProject } from './project'

export type WorkspaceId = 'annotate' | 'train' | 'latent'
/** The tool of the left mouse button. `window`: window and level by dragging. */
export type Tool = 'window' | 'brush' | 'eraser'

export const useSelection = defineStore('selection', () => {
  const project = useProject()

  const workspace = ref<WorkspaceId>('annotate')
  const volumeId = ref<string | null>(null)
  const labelValue = ref<number | null>(null)
  const tool = ref<Tool>('window')
  const sliceByVolume = shallowReactive(new Map<string, number>())

  const source = computed(() => (volumeId.value === null ? null : (project.sourceById.get(volumeId.value) ?? null)))
  const label = computed(() =>
    labelValue.value === null ? null : (project.labelByValue.get(labelValue.value) ?? null),
  )

  /** Acquisition slice shown, 0-based; the middle one until another was looked at. Setting it clamps to the volume. */
  const k = computed({
    get: () => {
      const size = source.value?.info.size
      return size ? (sliceByVolume.get(source.value.volumeId) ?? Math.floor(size[2] / 2)) : 0
    },
    set: (next: number) => {
      if (!source.value) return
      const last = source.value.info.size[2] - 1
      sliceByVolume.set(source.value.volumeId, Math.min(last, Math.max(0, Math.round(next))))
    },
  })

  /** Opens a volume in Annotate, at a slice and label when given: what a click on a finding does. */
  const goTo = (place: { volumeId: string; k?: number; label?: number }): void => {
    workspace.value = 'annotate'
    volumeId.value = place.volumeId
    if (place.k !== undefined) k.value = place.k
    if (place.label !== undefined) labelValue.value = place.label
  }

  // What vanished from the project can't stay selected; the first thing there is gets selected.
  watch(
    () => project.sources,
    sources => {
      if (source.value) return
      const first = sources.find(candidate => candidate.status === 'here') ?? sources[0]
      volumeId.value = first?.volumeId ?? null
    },
    { immediate: true },
  )
  watch(
    () => project.labels,
    labels => {
      if (!label.value) labelValue.value = labels[0]?.value ?? null
    },
    { immediate: true },
  )
  watch(
    () => project.isOpen,
    open => {
      if (!open) {
        workspace.value = 'annotate'
        sliceByVolume.clear()
      }
    },
  )

  return { workspace, volumeId, source, k, labelValue, label, tool, goTo }
})
