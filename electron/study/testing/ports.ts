// For tests: the two ends of a worker message channel as rpc ports, so that calls cross a structured clone as they do between processes.
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Port } from '#common/ipc/rpc'

export function channel(): { near: Port; far: Port; close(): void } {
  const { port1, port2 } = new MessageChannel()
  return { near: portOf(port1), far: portOf(port2), close: () => port1.close() }
}

const portOf = (port: MessagePort): Port => ({
  post: message => port.postMessage(message),
  onMessage: listener => void port.on('message', listener),
  onClose: listener => void port.on('close', listener),
})
