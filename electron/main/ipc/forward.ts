// Handlers that hand a contract's calls on to the process that owns it.
import {
  channelOf,
  type Client,
  type Contract,
  type Handlers,
  type JobContext,
  type JobHandle,
} from '#common/ipc/contract'

type AnyClient = Readonly<Record<string, (input: unknown) => unknown>>

/**
 * @param client the owner's client at the time of the call: a restarted service has a new one.
 * Progress and cancelling go through; errors keep their code.
 */
export function forward<C extends Contract>(contract: C, client: () => Client<C>): Handlers<C> {
  const call = (name: string, input: unknown): unknown => (client() as AnyClient)[name]!(input)
  const handlers: Record<string, (input: unknown, job: JobContext<unknown>) => unknown> = {}
  for (const [name, { kind }] of Object.entries(contract.entries)) {
    if (kind === 'invoke') handlers[name] = input => call(name, input)
    if (kind === 'job') handlers[name] = (input, job) => follow(call(name, input) as JobHandle<unknown, unknown>, job)
  }
  return handlers as Handlers<C>
}

/** Lets a job of another process report to, and be stopped by, the job that asked for it. */
export function follow<P, O>(handle: JobHandle<P, O>, job: JobContext<P>): Promise<O> {
  handle.onProgress(value => job.progress(value))
  if (job.signal.aborted) handle.cancel()
  else job.signal.addEventListener('abort', () => handle.cancel(), { once: true })
  return handle.done
}

/** The same job under another stop signal. */
export const heeding = <P>(signal: AbortSignal, job: JobContext<P>): JobContext<P> => ({
  signal,
  progress: value => job.progress(value),
})

/** Hands on every event of a contract that its owner tells. */
export function relayEvents<C extends Contract>(
  contract: C,
  client: Client<C>,
  emit: (channel: string, value: unknown) => void,
): void {
  for (const [name, { kind }] of Object.entries(contract.entries)) {
    if (kind !== 'event') continue
    const tell = (value: unknown): void => emit(channelOf(contract.domain, name), value)
    ;(client as AnyClient)[name]!(tell)
  }
}
