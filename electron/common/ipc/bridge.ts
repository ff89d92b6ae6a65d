// What the preload gives the page, and nothing more: one message pipe to main, ports to the study service, the path of a dropped file.

/** The bridge's name on `window`. */
export const BRIDGE_NAME = 'sagitta'

/** The Electron IPC channel that carries all rpc messages between the page and main. */
export const RPC_CHANNEL = 'sagitta.rpc'

/** Page to main: asks for a port to the study service. Main to preload, and preload to page (as `event.data`): the port comes along. */
export const STUDY_PORT = 'sagitta.study-port'

/**
 * `post` and `onMessage` carry rpc.ts messages: `new Connection(port, 'The app')` over them has a client for every contract but
 * `voxels`. After `connectStudy` the page gets a window message whose `data` is STUDY_PORT and whose `ports[0]` serves the voxels
 * contract; call it again after `app.serviceStopped` told that the study service was restarted (a port does not tell that itself).
 */
export interface Bridge {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  connectStudy(): void
  /** Absolute path of a file or folder that was dropped or chosen. */
  pathOf(file: File): string
}
