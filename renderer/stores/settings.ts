// The person's settings: theme, density, name, keymap. Kept by the main process; shown on the document.
import { defineStore } from 'pinia'
import { shallowRef, watchEffect } from 'vue'
import type { Settings } from '#common/ipc/app'
import { useApi } from '../api'

/** Used until the main process has answered. */
const BEFORE_LOADED: Settings = {
  version: 1,
  theme: 'dark',
  density: 'compact',
  keymap: {},
  person: '',
  memoryLimitMb: 4096,
}

export const useSettings = defineStore('settings', () => {
  const api = useApi()
  const current = shallowRef<Settings>(BEFORE_LOADED)

  watchEffect(() => {
    document.documentElement.dataset['theme'] = current.value.theme
    document.documentElement.dataset['density'] = current.value.density
  })

  const load = async (): Promise<void> => {
    current.value = await api.app.settings({})
  }

  /** Changes some settings; shows them at once and goes back when they could not be kept. */
  const change = async (part: Partial<Omit<Settings, 'version'>>): Promise<void> => {
    const before = current.value
    current.value = { ...before, ...part }
    try {
      current.value = await api.app.setSettings({ settings: current.value })
    } catch (thrown) {
      current.value = before
      throw thrown
    }
  }

  return { current, load, change }
})
