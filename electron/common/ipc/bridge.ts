// What the preload gives the page, and nothing more: one message pipe to main, ports to the study service, the path of a dropped file.

/** The Electron IPC channel that carries all rpc messages between the page and main. */
export const RPC_CHANNEL = 'sagitta-rpc'

/**
 * Main to preload: the channel a port to the study service comes along on. Preload to page: a window message `{ type: VOXELS_PORT }`
 * with the port. The first comes once the page has spoken (a page that speaks also listens), another after each restart of the study
 * service, always after `app.serviceStopped` told of it.
 */
export const VOXELS_PORT = 'sagitta-voxels-port'

/**
 * On `window.sagitta`. `post` and `onMessage` carry rpc.ts messages: a Connection over them has a client for every contract but `voxels`,
 * which is served on the port.
 */
export interface Bridge {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Absolute path of a file or folder that was dropped or chosen. */
  pathOf(file: File): string
}
