// What the study process takes from the person's settings, which main writes: the name for journals, the memory limit.
import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { settingsSchema } from '#common/ipc/app'

export interface StudySettings {
  readonly person: string
  /** For loaded volumes: half of what the app may use. */
  readonly volumeBytes: number
}

/** Read anew when older than this, so that a changed setting counts without a restart. */
const FRESH_MS = 5000

/** Usual values where there is no settings file or it can't be read: main says so to the person, who can't draw unnamed meanwhile. */
export function settingsOf(userData: string): () => StudySettings {
  let known: StudySettings | null = null
  let readAt = -Infinity
  return () => {
    if (known === null || Date.now() - readAt > FRESH_MS) {
      known = read(userData)
      readAt = Date.now()
    }
    return known
  }
}

function read(userData: string): StudySettings {
  const usual: StudySettings = { person: '', volumeBytes: totalmem() * 0.375 }
  try {
    const { person, memoryLimitMb } = settingsSchema.parse(
      JSON.parse(readFileSync(join(userData, 'settings.json'), 'utf8')),
    )
    return { person, volumeBytes: (memoryLimitMb * 1024 * 1024) / 2 }
  } catch {
    return usual
  }
}
