// The only reader of `window.sagitta`: turns the preload's bridge and the study service's MessagePort into the window's api.
import { appContract } from '#common/ipc/app'
import { VOXELS_PORT, type Bridge } from '#common/ipc/bridge'
import { modelsContract } from '#common/ipc/compute'
import { latentContract } from '#common/ipc/latent'
import { projectContract } from '#common/ipc/project'
import { Connection, type Port } from '#common/ipc/rpc'
import { studyContract } from '#common/ipc/study'
import { trainingContract } from '#common/ipc/training'
import { voxelsContract } from '#common/ipc/voxels'
import { SagittaError } from '#common/errors'
import type { Api } from './api'
import { LatePort, type MessagePortLike } from './latePort'
import { restartable } from './restartable'

const isVoxelsPort = (event: MessageEvent): boolean =>
  typeof event.data === 'object' && event.data !== null && (event.data as { type?: unknown }).type === VOXELS_PORT

/** The window as far as this file needs it. */
export interface BridgeWindow {
  readonly sagitta?: Bridge | undefined
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

/**
 * Connects to main and, through it, to the study service.
 * When the service stopped, what waited for its port fails with `service-stopped`; calls made after that wait for the next port.
 */
export function connectBridge(window: BridgeWindow): Api {
  const bridge = window.sagitta
  if (!bridge)
    throw new SagittaError(
      'internal',
      'This page was opened outside the app: there is no bridge. Start Sagitta itself.',
    )

  const mainPort: Port = {
    post: message => bridge.post(message),
    onMessage: listener => bridge.onMessage(listener),
    onClose: () => undefined,
  }
  const main = new Connection(mainPort, 'The main process')

  let port = new LatePort()
  let attached = false
  const voxels = restartable(voxelsContract, () => new Connection(port, 'The study service'))
  const replacePort = (): void => {
    const old = port
    port = new LatePort()
    attached = false
    voxels.restart()
    old.close()
  }

  window.addEventListener('message', event => {
    const arrived = isVoxelsPort(event) ? (event.ports[0] as MessagePortLike | undefined) : undefined
    if (!arrived) return
    if (attached) replacePort()
    port.attach(arrived)
    attached = true
  })

  const app = main.client(appContract)
  app.serviceStopped(({ service, restarted }) => {
    if (service !== 'study') return
    if (restarted) replacePort()
    else port.close()
  })

  return {
    app,
    study: main.client(studyContract),
    project: main.client(projectContract),
    models: main.client(modelsContract),
    training: main.client(trainingContract),
    latent: main.client(latentContract),
    voxels: voxels.client,
    pathOf: file => bridge.pathOf(file),
  }
}
