// The page's end of rpc: who may speak, and when one document's port ends and the next one's begins.
import { ipcMain, type IpcMainEvent, type WebContents } from 'electron'
import { RPC_CHANNEL } from '#common/ipc/bridge'
import type { Port } from '#common/ipc/rpc'

interface Document {
  readonly port: Port
  receive(message: unknown): void
  close(): void
}

/**
 * Calls `accept` with a port when a document in `contents` first speaks. The port closes when the document is left, reloaded or crashes,
 * which aborts the jobs it started. Messages from any other frame or address than the app's own page are refused.
 */
export function onPage(
  contents: WebContents,
  isOwnAddress: (url: string) => boolean,
  accept: (port: Port) => void,
): void {
  let current: Document | null = null

  const receive = (event: IpcMainEvent, message: unknown): void => {
    if (event.sender !== contents) return
    if (event.senderFrame !== contents.mainFrame || !isOwnAddress(contents.mainFrame.url)) {
      console.error(
        `A message from ${event.senderFrame?.url ?? 'a frame that is gone'} was refused: only the app's page may ask.`,
      )
      return
    }
    if (current === null) {
      current = openDocument(contents)
      accept(current.port)
    }
    current.receive(message)
  }
  const leave = (): void => {
    current?.close()
    current = null
  }

  ipcMain.on(RPC_CHANNEL, receive)
  contents.on('did-navigate', leave)
  contents.on('render-process-gone', leave)
  contents.once('destroyed', () => {
    ipcMain.off(RPC_CHANNEL, receive)
    leave()
  })
}

function openDocument(contents: WebContents): Document {
  let listener: (message: unknown) => void = () => undefined
  const closers: (() => void)[] = []
  let open = true
  return {
    port: {
      post: message => {
        if (open && !contents.isDestroyed()) contents.send(RPC_CHANNEL, message)
      },
      onMessage: next => (listener = next),
      onClose: closer => void closers.push(closer),
    },
    receive: message => listener(message),
    close: () => {
      open = false
      for (const closer of closers) closer()
    },
  }
}
