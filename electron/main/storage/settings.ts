// The person's settings: settings.json in the app's data folder.
import { totalmem, userInfo } from 'node:os'
import { join } from 'node:path'
import { settingsSchema, type Settings } from '#common/ipc/app'
import { loadJson, saveJson } from './jsonFile'

export interface SettingsStore {
  readonly current: Settings
  readonly notice: string | null
  save(settings: Settings): Promise<Settings>
}

export const usualSettings = (): Settings => ({
  version: 1,
  theme: 'dark',
  density: 'compact',
  keymap: {},
  person: accountName(),
  memoryLimitMb: Math.round((totalmem() / 1024 / 1024) * 0.75),
})

export async function openSettings(userData: string): Promise<SettingsStore> {
  const path = join(userData, 'settings.json')
  const { value, notice } = await loadJson(path, settingsSchema, usualSettings())
  let current = value
  return {
    notice,
    get current() {
      return current
    },
    async save(settings) {
      await saveJson(path, settings)
      current = settings
      return current
    },
  }
}

/** Some accounts have no entry in the user database (containers); they have no name then. */
function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
