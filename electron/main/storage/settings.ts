// The person's settings: settings.json in the app's data folder.
import { existsSync } from 'node:fs'
import { totalmem, userInfo } from 'node:os'
import { join } from 'node:path'
import { asSagittaError } from '#common/errors'
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
  const { value, notice: unreadable } = await loadJson(path, settingsSchema, usualSettings())
  const notice = unreadable ?? (await saveFirst(path, value))
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

/** The services read the same file, so it is there from the first start. @returns why it could not be written, null when it is there. */
async function saveFirst(path: string, settings: Settings): Promise<string | null> {
  if (existsSync(path)) return null
  try {
    await saveJson(path, settings)
    return null
  } catch (thrown) {
    return asSagittaError(thrown).message
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
