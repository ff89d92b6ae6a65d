// The only code that sees both Electron and the page: hands messages, ports and paths through, decides nothing.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { RPC_CHANNEL, VOXELS_PORT, type Bridge } from '#common/ipc/bridge'

const bridge: Bridge = {
  post: message => ipcRenderer.send(RPC_CHANNEL, message),
  onMessage: listener => void ipcRenderer.on(RPC_CHANNEL, (_, message: unknown) => listener(message)),
  pathOf,
}

/** Electron 32 and later ask webUtils; before, the file itself knew. */
function pathOf(file: File): string {
  const utils = webUtils as typeof webUtils | undefined
  return utils ? utils.getPathForFile(file) : (file as File & { readonly path: string }).path
}

ipcRenderer.on(VOXELS_PORT, ({ ports }) =>
  window.postMessage({ type: VOXELS_PORT }, window.location.origin, [...ports]),
)

contextBridge.exposeInMainWorld('sagitta', bridge)
