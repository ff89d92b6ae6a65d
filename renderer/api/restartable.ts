// A client that outlives its connection: calls go to the current one, event listeners follow to the next.
import type { Client, Contract } from '#common/ipc/contract'
import type { Connection } from '#common/ipc/rpc'

type Listener = (payload: unknown) => void
type AnyClient = Readonly<Record<string, (argument: unknown) => unknown>>

/**
 * @param connect makes a connection; called once now and once per `restart`.
 * @returns the client, and `restart`, after which calls go to a new connection. The owner closes the old one.
 */
export function restartable<C extends Contract>(
  contract: C,
  connect: () => Connection,
): { client: Client<C>; restart: () => void } {
  const listeners: { readonly name: string; readonly listener: Listener; stop: () => void }[] = []
  let current = connect().client(contract) as AnyClient

  const listen = (name: string, listener: Listener): (() => void) => {
    const entry = { name, listener, stop: current[name]!(listener) as () => void }
    listeners.push(entry)
    return () => {
      entry.stop()
      listeners.splice(listeners.indexOf(entry), 1)
    }
  }

  const functions = Object.entries(contract.entries).map(([name, { kind }]) => [
    name,
    kind === 'event' ? (listener: Listener) => listen(name, listener) : (input: unknown) => current[name]!(input),
  ])

  return {
    client: Object.fromEntries(functions) as Client<C>,
    restart: () => {
      current = connect().client(contract) as AnyClient
      for (const entry of listeners) entry.stop = current[entry.name]!(entry.listener) as () => void
    },
  }
}
