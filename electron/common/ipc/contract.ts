// The three shapes a message between processes can have, invoke, job and event, and how a domain's contract is written down once.
import type { z } from 'zod'

/** Where a domain's handlers live. */
export type Owner = 'main' | 'study' | 'compute'

/** Ask once, answer once. */
export interface Invoke<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'invoke'
  readonly input: I
  readonly output: O
}

/** Long work: any number of progress messages, then one result; can be cancelled. */
export interface Job<
  I extends z.ZodType = z.ZodType,
  P extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
> {
  readonly kind: 'job'
  readonly input: I
  readonly progress: P
  readonly output: O
}

/** Told to everybody who listens; no answer. */
export interface Event<T extends z.ZodType = z.ZodType> {
  readonly kind: 'event'
  readonly payload: T
  /**
   * True for what a person asked of the page: main keeps it until a page is ready for it. False for news of a state, which a page that was
   * not there asks for itself.
   */
  readonly kept: boolean
}

export type Entry = Invoke | Job | Event
export type Entries = Readonly<Record<string, Entry>>

export interface Contract<D extends string = string, E extends Entries = Entries> {
  readonly domain: D
  readonly owner: Owner
  readonly entries: E
}

export const invoke = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Invoke<I, O> => ({
  kind: 'invoke',
  input,
  output,
})
export const job = <I extends z.ZodType, P extends z.ZodType, O extends z.ZodType>(
  input: I,
  progress: P,
  output: O,
): Job<I, P, O> => ({
  kind: 'job',
  input,
  progress,
  output,
})
export const event = <T extends z.ZodType>(payload: T): Event<T> => ({ kind: 'event', payload, kept: false })
export const keptEvent = <T extends z.ZodType>(payload: T): Event<T> => ({ kind: 'event', payload, kept: true })
export const contract = <D extends string, E extends Entries>(domain: D, owner: Owner, entries: E): Contract<D, E> => ({
  domain,
  owner,
  entries,
})

/** The one name of an entry on the wire. */
export const channelOf = (domain: string, entry: string): string => `${domain}.${entry}`

/** What a job's handler is given besides its input. */
export interface JobContext<P> {
  readonly signal: AbortSignal
  progress(value: P): void
}

/** A running job as its caller sees it. */
export interface JobHandle<P, O> {
  readonly done: Promise<O>
  cancel(): void
  onProgress(listener: (value: P) => void): void
}

type In<T extends z.ZodType> = z.input<T>
type Out<T extends z.ZodType> = z.output<T>

/** The functions a domain's owner must supply: a missing one does not compile. */
export type Handlers<C extends Contract> = {
  readonly [K in keyof C['entries'] as C['entries'][K] extends Event ? never : K]: C['entries'][K] extends Invoke<
    infer I,
    infer O
  >
    ? (input: Out<I>) => Promise<In<O>> | In<O>
    : C['entries'][K] extends Job<infer I, infer P, infer O>
      ? (input: Out<I>, job: JobContext<In<P>>) => Promise<In<O>>
      : never
}

/** The functions a caller of the domain has. */
export type Client<C extends Contract> = {
  readonly [K in keyof C['entries']]: C['entries'][K] extends Invoke<infer I, infer O>
    ? (input: In<I>) => Promise<Out<O>>
    : C['entries'][K] extends Job<infer I, infer P, infer O>
      ? (input: In<I>) => JobHandle<Out<P>, Out<O>>
      : C['entries'][K] extends Event<infer T>
        ? (listener: (payload: Out<T>) => void) => () => void
        : never
}

/** The functions that tell a domain's events. */
export type Emitters<C extends Contract> = {
  readonly [K in keyof C['entries'] as C['entries'][K] extends Event ? K : never]: C['entries'][K] extends Event<
    infer T
  >
    ? (payload: In<T>) => void
    : never
}
