// The app contract: the machine, dialogs, settings, recent projects.
import { app, shell, type BrowserWindow } from 'electron'
import { statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import type { appContract } from '#common/ipc/app'
import type { Handlers } from '#common/ipc/contract'
import type { Opening } from '../arguments'
import type { RecentProjects } from '../storage/recentProjects'
import type { SettingsStore } from '../storage/settings'
import { chooseFile, chooseFolder, chooseSave } from '../windows/dialogs'
import type { Network } from '../windows/lockDown'

export interface AppHandlerParts {
  window: BrowserWindow
  opening: Opening
  notices: readonly string[]
  network: Network
  settings: SettingsStore
  recent: RecentProjects
  userData: string
  sampleFolder: string
  onSettings(): void
  /** The page has its listeners. */
  onReady(): void
}

const MB = 1024 * 1024

export function appHandlers(parts: AppHandlerParts): Handlers<typeof appContract> {
  const { window, settings, recent, network, userData, sampleFolder } = parts
  return {
    info: async () => ({
      version: app.getVersion(),
      electron: process.versions.electron,
      platform: process.platform,
      cpuThreads: availableParallelism(),
      memoryMb: Math.round(totalmem() / MB),
      freeDiskMb: await freeDiskMb(userData),
      userData,
      sampleFolder,
      notices: [...parts.notices],
      open: parts.opening,
    }),
    network: () => ({ blocked: network.blocked }),
    memory: () => ({ usedMb: usedMb(), limitMb: settings.current.memoryLimitMb }),
    chooseFolder: ({ title, createAllowed }) => chooseFolder(window, title, createAllowed),
    chooseFile: ({ title, extensions }) => chooseFile(window, title, extensions),
    chooseSave: ({ title, suggestedName, extensions }) => chooseSave(window, title, suggestedName, extensions),
    showInFolder: ({ path }) => {
      shell.showItemInFolder(path)
      return {}
    },
    settings: () => settings.current,
    setSettings: async ({ settings: next }) => {
      const saved = await settings.save(next)
      parts.onSettings()
      return saved
    },
    recentProjects: () => recent.list(),
    forgetProject: async ({ folder }) => {
      await recent.forget(folder)
      return recent.list()
    },
    ready: () => {
      parts.onReady()
      return {}
    },
  }
}

/** Working set of all the app's processes. */
const usedMb = (): number =>
  Math.round(app.getAppMetrics().reduce((sum, { memory }) => sum + memory.workingSetSize, 0) / 1024)

/** null where the system doesn't tell. */
async function freeDiskMb(folder: string): Promise<number | null> {
  const facts = await statfs(folder).catch(() => null)
  return facts === null ? null : Math.floor((facts.bavail * facts.bsize) / MB)
}
