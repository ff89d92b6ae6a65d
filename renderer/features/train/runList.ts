// The project's training runs as the disk has them.
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { RunSummary } from '#common/ipc/project'
import { useApi } from '../../api'
import { useProject } from '../../stores'

export const useRunList = defineStore('runList', () => {
  const api = useApi()
  const project = useProject()
  const list = shallowRef<readonly RunSummary[]>([])
  const error = shallowRef<SagittaError | null>(null)

  const load = async (): Promise<void> => {
    try {
      list.value = project.isOpen ? await api.training.runs({}) : []
      error.value = null
    } catch (thrown) {
      error.value = asSagittaError(thrown)
    }
  }
  api.training.runsChanged(() => void load())
  watch(() => project.state?.folder, load, { immediate: true })

  const newestFirst = computed(() => [...list.value].sort((a, b) => b.createdAt.localeCompare(a.createdAt)))
  return { list, newestFirst, error, load }
})
