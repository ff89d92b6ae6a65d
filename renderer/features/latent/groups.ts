// Images that a person named together: kept with the project, found again in the codes of whichever model.
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { ImageGroup } from '#common/ipc/project'
import { useApi } from '../../api'
import { useProject } from '../../stores'
import { useCodes } from './codes'
import { groupsHere, nextGroupId, originOf } from './imageGroups'

export const useGroups = defineStore('imageGroups', () => {
  const api = useApi()
  const codes = useCodes()
  const project = useProject()

  /** Of the whole project, in the order they were named. */
  const all = shallowRef<readonly ImageGroup[]>([])
  /** Why they can't be read. */
  const error = shallowRef<SagittaError | null>(null)

  const load = async (folder: string | undefined): Promise<void> => {
    all.value = []
    error.value = null
    if (folder === undefined) return
    try {
      const found = await api.project.imageGroups({})
      if (project.state?.folder === folder) all.value = found
    } catch (thrown) {
      if (project.state?.folder === folder) error.value = asSagittaError(thrown)
    }
  }
  watch(
    () => project.state?.folder,
    folder => void load(folder),
    { immediate: true },
  )

  const origin = computed(() => (codes.madeOf ? originOf(codes.madeOf) : null))
  const indexOf = computed(() => new Map((codes.current?.ids ?? []).map((id, n) => [id, n])))
  /** Those that have images among the coded ones. */
  const here = computed(() =>
    origin.value === null || all.value.length === 0 ? [] : groupsHere(all.value, origin.value, indexOf.value),
  )

  /** Rejects as the project contract does; the list is what was written. */
  const put = async (group: ImageGroup): Promise<void> => {
    all.value = await api.project.setImageGroup({ group })
  }
  const name = async (text: string, indices: ArrayLike<number>): Promise<void> => {
    const set = codes.current
    if (!set || origin.value === null) return
    const images = Array.from(indices, n => set.ids[n]!)
    await put({ id: nextGroupId(all.value), name: text.trim(), of: origin.value, images })
  }
  const rename = (group: ImageGroup, text: string): Promise<void> => put({ ...group, name: text.trim() })
  const remove = async ({ id }: ImageGroup): Promise<void> => {
    all.value = await api.project.removeImageGroup({ id })
  }

  return { all, error, here, name, rename, remove, put }
})
