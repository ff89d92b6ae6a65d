// Two ports in one process: what one end posts, the other hears, cloned and a task later, as between real processes.
import type { Port } from '#common/ipc/rpc'

interface End extends Port {
  hear(message: unknown): void
}

function end(other: () => End): End {
  let listener: (message: unknown) => void = () => undefined
  return {
    post: message => {
      const copy: unknown = structuredClone(message)
      setTimeout(() => other().hear(copy), 0)
    },
    hear: message => listener(message),
    onMessage: next => (listener = next),
    onClose: () => undefined,
  }
}

export function portPair(): [Port, Port] {
  const a: End = end(() => b)
  const b: End = end(() => a)
  return [a, b]
}
