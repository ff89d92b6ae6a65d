// The open project or scratch workspace, as the study service last told it: labels, sources, runs. Only events and answers change it.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Label, ProjectState } from '#common/ipc/project'
import { useApi } from '../api'

export type Source = ProjectState['sources'][number]

export const useProject = defineStore('project', () => {
  const api = useApi()
  const state = shallowRef<ProjectState | null>(null)
  /** False until the study service has answered for the first time. */
  const known = shallowRef(false)

  const take = (next: ProjectState): ProjectState => (state.value = next)
  api.project.changed(take)

  const isOpen = computed(() => state.value !== null)
  const labels = computed<readonly Label[]>(() => state.value?.labels ?? [])
  const labelByValue = computed(() => new Map(labels.value.map(label => [label.value, label])))
  const sources = computed<readonly Source[]>(() => state.value?.sources ?? [])
  const sourceById = computed(() => new Map(sources.value.map(source => [source.volumeId, source])))

  const load = async (): Promise<void> => {
    try {
      state.value = await api.project.current({})
    } finally {
      known.value = true
    }
  }
  const create = async (folder: string, name: string): Promise<ProjectState> =>
    take(await api.project.create({ folder, name }))
  const open = async (folder: string): Promise<ProjectState> => take(await api.project.open({ folder }))
  const saveAs = async (folder: string, name: string): Promise<ProjectState> =>
    take(await api.project.saveAs({ folder, name }))
  const close = async (): Promise<void> => {
    await api.project.close({})
    state.value = null
  }
  const remove = async (volumeId: string): Promise<ProjectState> => take(await api.project.remove({ volumeId }))
  const setLabel = async (label: Label): Promise<ProjectState> => take(await api.project.setLabel({ label }))
  const addLabel = async (name: string): Promise<ProjectState> => take(await api.project.addLabel({ name }))
  const removeLabel = async (value: number): Promise<ProjectState> => take(await api.project.removeLabel({ value }))

  return {
    state,
    known,
    isOpen,
    labels,
    labelByValue,
    sources,
    sourceById,
    take,
    load,
    create,
    open,
    saveAs,
    close,
    remove,
    setLabel,
    addLabel,
    removeLabel,
  }
})
