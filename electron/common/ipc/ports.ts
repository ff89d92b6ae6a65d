// rpc.ts ports over Electron's and the browser's message ports, and how main hands a port to a service process.
import { z } from 'zod'
import type { Port } from './rpc'

/** MessagePortMain, as main and utility processes have it. */
export interface ProcessPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
}

/** `process.parentPort` of a utility process. */
export interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: ProcessPort[] }) => void): unknown
}

/** The message that carries a port to a service process; `to` says what is expected at the service's end of it. */
const connectSchema = z.object({ type: z.literal('sagitta.connect'), to: z.string() })
export type Connect = z.infer<typeof connectSchema>

export const connectMessage = (to: string): Connect => ({ type: 'sagitta.connect', to })

/** A service process answers every port that main hands it. `to` is `control` for main itself and `voxels` for a window. */
export function onConnect(parent: ParentPort, accept: (to: string, port: Port) => void): void {
  parent.on('message', ({ data, ports }) => {
    const [port] = ports
    const message = connectSchema.safeParse(data)
    if (message.success && port) accept(message.data.to, processPort(port))
  })
}

export function processPort(port: ProcessPort): Port {
  return {
    post: message => port.postMessage(message),
    onMessage: listener => {
      port.on('message', event => listener(event.data))
      port.start()
    },
    onClose: listener => void port.on('close', listener),
  }
}

/** A browser MessagePort. Chrome 114 does not tell when the other end is gone: close the Connection when `app.serviceStopped` says so. */
export function pagePort(port: MessagePort): Port {
  return {
    post: message => port.postMessage(message),
    onMessage: listener => {
      port.addEventListener('message', event => listener(event.data))
      port.start()
    },
    onClose: () => undefined,
  }
}
