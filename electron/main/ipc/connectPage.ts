// Joins one window to everything behind it: answers its calls, hands it a port to the study service, tells it events.
import type { BrowserWindow } from 'electron'
import { VOXELS_PORT } from '#common/ipc/bridge'
import { serve, type Service } from '#common/ipc/rpc'
import type { StudyService } from '../services/studyService'
import { onPage } from './page'
import type { PageEvents } from './pageEvents'

export interface PageParts {
  window: BrowserWindow
  isOwnAddress: (url: string) => boolean
  services: readonly Service[]
  study: StudyService
  events: PageEvents
}

export function connectPage({ window, isOwnAddress, services, study, events }: PageParts): void {
  onPage(window.webContents, isOwnAddress, port => {
    const { emit } = serve(port, services)
    events.attach(emit)
    port.onClose(() => events.detach())
    sendVoxelsPort(window, study)
  })
}

/** A page that spoke listens; after a restart of the service the page is told first, then gets its new port. */
export function sendVoxelsPort(window: BrowserWindow, study: StudyService): void {
  if (!window.isDestroyed()) window.webContents.postMessage(VOXELS_PORT, null, [study.pagePort()])
}
