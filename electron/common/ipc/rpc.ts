// Contracts over any message port: Electron IPC, MessagePort, utilityProcess or worker. Plain typed arrays are cloned, nothing is transferred (CASES E06).
import { SagittaError, asSagittaError, errorJsonSchema, type ErrorJson } from '../errors'
import {
  channelOf,
  type Client,
  type Contract,
  type Emitters,
  type Entry,
  type Handlers,
  type JobContext,
  type JobHandle,
} from './contract'

/** What both ends need of a port. `onMessage` is called once per end; `onClose` when the other side is gone for good. */
export interface Port {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
}

export type Request =
  | { readonly type: 'call'; readonly id: number; readonly channel: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }

export type Reply =
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'fail'; readonly id: number; readonly error: ErrorJson }
  | { readonly type: 'event'; readonly channel: string; readonly value: unknown }

/** A contract with the functions that fulfil it, without its types: what `serve` routes to. */
export interface Service {
  readonly contract: Contract
  readonly handlers: Readonly<Record<string, (input: never, job: never) => unknown>>
}

export const service = <C extends Contract>(contract: C, handlers: Handlers<C>): Service => ({
  contract,
  handlers,
})

interface Route {
  readonly entry: Entry
  readonly run: (input: unknown, job: JobContext<unknown>) => unknown
}

function routesOf(services: readonly Service[]): Map<string, Route> {
  const routes = new Map<string, Route>()
  for (const { contract, handlers } of services)
    for (const [name, entry] of Object.entries(contract.entries)) {
      if (entry.kind === 'event') continue
      const run = handlers[name] as Route['run'] | undefined
      if (!run) throw new SagittaError('internal', `${channelOf(contract.domain, name)} has no handler.`)
      routes.set(channelOf(contract.domain, name), { entry, run })
    }
  return routes
}

/**
 * Answers the calls that arrive on `port`. Input and output are checked against the contract; a thrown value becomes `{code, message, details}`.
 * Calls run concurrently: whoever needs an order keeps a queue. When the port closes, running jobs are aborted.
 * @returns emit, which tells an event to the other end.
 */
export function serve(port: Port, services: readonly Service[]): { emit: (channel: string, value: unknown) => void } {
  const routes = routesOf(services)
  const running = new Map<number, AbortController>()

  const answer = async (id: number, channel: string, input: unknown): Promise<void> => {
    const abort = new AbortController()
    running.set(id, abort)
    try {
      const route = routes.get(channel)
      if (!route || route.entry.kind === 'event') throw new SagittaError('request-invalid', `There is no ${channel}.`)
      const parsed = route.entry.input.safeParse(input)
      if (!parsed.success)
        throw new SagittaError('request-invalid', `${channel} was called with wrong arguments: ${parsed.error.message}`)
      const progress = (value: unknown): void => port.post({ type: 'progress', id, value } satisfies Reply)
      const value = route.entry.output.parse(await route.run(parsed.data, { signal: abort.signal, progress }))
      port.post({ type: 'done', id, value } satisfies Reply)
    } catch (thrown) {
      port.post({ type: 'fail', id, error: asSagittaError(thrown).toJSON() } satisfies Reply)
    } finally {
      running.delete(id)
    }
  }

  port.onMessage(message => {
    const request = message as Request
    if (request.type === 'call') void answer(request.id, request.channel, request.input)
    else if (request.type === 'cancel') running.get(request.id)?.abort()
  })
  port.onClose(() => {
    for (const abort of running.values()) abort.abort()
  })
  return { emit: (channel, value) => port.post({ type: 'event', channel, value } satisfies Reply) }
}

/** Typed event senders of one contract over `emit`. */
export function emitters<C extends Contract>(
  contract: C,
  emit: (channel: string, value: unknown) => void,
): Emitters<C> {
  const names = Object.keys(contract.entries).filter(name => contract.entries[name]?.kind === 'event')
  return Object.fromEntries(
    names.map(name => [name, (value: unknown) => emit(channelOf(contract.domain, name), value)]),
  ) as Emitters<C>
}

interface Pending {
  resolve(value: unknown): void
  reject(error: SagittaError): void
  progress(value: unknown): void
}

/** The calling end of a port: typed clients for any number of contracts. */
export class Connection {
  private nextId = 1
  private closed = false
  private readonly pending = new Map<number, Pending>()
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>()

  constructor(
    private readonly port: Port,
    /** Named in the error when the other end is gone: "The study service". */
    private readonly peer: string,
  ) {
    port.onMessage(message => this.receive(message as Reply))
    port.onClose(() => this.close())
  }

  client<C extends Contract>(contract: C): Client<C> {
    const functions = Object.entries(contract.entries).map(([name, entry]) => {
      const channel = channelOf(contract.domain, name)
      switch (entry.kind) {
        case 'invoke':
          return [name, (input: unknown) => this.start(channel, input).done]
        case 'job':
          return [name, (input: unknown) => this.start(channel, input)]
        case 'event':
          return [name, (listener: (value: unknown) => void) => this.listen(channel, listener)]
      }
    })
    return Object.fromEntries(functions) as Client<C>
  }

  /** Untyped call, for a router that forwards what it does not look into. */
  start(channel: string, input: unknown): JobHandle<unknown, unknown> {
    const id = this.nextId++
    const progressListeners = new Set<(value: unknown) => void>()
    const done = new Promise<unknown>((resolve, reject) => {
      if (this.closed) return reject(this.gone())
      this.pending.set(id, {
        resolve,
        reject,
        progress: value => progressListeners.forEach(listener => listener(value)),
      })
      this.port.post({ type: 'call', id, channel, input } satisfies Request)
    })
    return {
      done,
      cancel: () => this.port.post({ type: 'cancel', id } satisfies Request),
      onProgress: listener => void progressListeners.add(listener),
    }
  }

  listen(channel: string, listener: (value: unknown) => void): () => void {
    const set = this.listeners.get(channel) ?? new Set()
    this.listeners.set(channel, set.add(listener))
    return () => void set.delete(listener)
  }

  /** Rejects everything that still waits: the other end will not answer any more. */
  close(): void {
    this.closed = true
    for (const waiting of this.pending.values()) waiting.reject(this.gone())
    this.pending.clear()
  }

  private gone(): SagittaError {
    return new SagittaError(
      'service-stopped',
      `${this.peer} stopped before it answered. What it had acknowledged is saved; do the last step again.`,
    )
  }

  private receive(reply: Reply): void {
    if (reply.type === 'event') {
      this.listeners.get(reply.channel)?.forEach(listener => listener(reply.value))
      return
    }
    const waiting = this.pending.get(reply.id)
    if (!waiting) return
    if (reply.type === 'progress') return waiting.progress(reply.value)
    this.pending.delete(reply.id)
    if (reply.type === 'done') waiting.resolve(reply.value)
    else waiting.reject(SagittaError.fromJSON(errorJsonSchema.parse(reply.error)))
  }
}
