import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SagittaError } from '../errors'
import { contract, event, invoke, job } from './contract'
import { Connection, emitters, serve, service, type Port } from './rpc'

/** Two ports joined as processes are: every message is structured-cloned and arrives later. */
function pair(): { near: Port; far: Port; cut: () => void } {
  const closers: (() => void)[] = []
  const make = (): {
    port: Port
    deliver: (message: unknown) => void
    peer: { deliver: (message: unknown) => void }
  } => {
    let listener: (message: unknown) => void = () => undefined
    const peer = { deliver: (_: unknown): void => undefined }
    return {
      port: {
        post: message => queueMicrotask(() => peer.deliver(structuredClone(message))),
        onMessage: next => (listener = next),
        onClose: next => closers.push(next),
      },
      deliver: message => listener(message),
      peer,
    }
  }
  const a = make()
  const b = make()
  a.peer.deliver = b.deliver
  b.peer.deliver = a.deliver
  return { near: a.port, far: b.port, cut: () => closers.forEach(close => close()) }
}

const demo = contract('demo', 'study', {
  double: invoke(z.object({ value: z.number() }), z.object({ value: z.number() })),
  bytes: invoke(z.object({ data: z.instanceof(Uint8Array) }), z.object({ data: z.instanceof(Uint8Array) })),
  lies: invoke(z.object({}), z.object({ value: z.number() })),
  fails: invoke(z.object({}), z.object({})),
  count: job(z.object({ to: z.number() }), z.object({ at: z.number() }), z.object({ total: z.number() })),
  waits: job(z.object({}), z.object({}), z.object({})),
  told: event(z.object({ what: z.string() })),
})

function demoPair() {
  const { near, far, cut } = pair()
  const aborted: string[] = []
  const { emit } = serve(far, [
    service(demo, {
      double: ({ value }) => ({ value: value * 2 }),
      bytes: ({ data }) => ({ data }),
      lies: () => ({ value: 'seven' }) as unknown as { value: number },
      fails: () => {
        throw new SagittaError('not-found', 'IM_0001.dcm does not exist.', { path: 'IM_0001.dcm' })
      },
      count: async ({ to }, job) => {
        for (let at = 1; at <= to; at++) job.progress({ at })
        return { total: to }
      },
      waits: (_, { signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            aborted.push('waits')
            reject(new SagittaError('cancelled', 'Waiting was stopped.'))
          }),
        ),
    }),
  ])
  return { client: new Connection(near, 'The demo service').client(demo), tell: emitters(demo, emit), cut, aborted }
}

describe('rpc', () => {
  it('answers calls, many at once, each with its own result', async () => {
    const { client } = demoPair()
    const answers = await Promise.all([1, 2, 3].map(value => client.double({ value })))
    expect(answers.map(answer => answer.value)).toEqual([2, 4, 6])
  })

  it('carries typed arrays whole (CASES E06)', async () => {
    const { client } = demoPair()
    const data = Uint8Array.from({ length: 8 << 20 }, (_, i) => i % 251)
    const answer = await client.bytes({ data })
    expect(answer.data.length).toBe(data.length)
    expect(Buffer.compare(answer.data, data)).toBe(0)
    expect(data.length).toBe(8 << 20)
  })

  it('hands typed errors over with code, message and details', async () => {
    const { client } = demoPair()
    await expect(client.fails({})).rejects.toMatchObject({
      code: 'not-found',
      message: 'IM_0001.dcm does not exist.',
      details: { path: 'IM_0001.dcm' },
    })
  })

  it('refuses arguments and results that the contract does not allow', async () => {
    const { client } = demoPair()
    await expect(client.double({ value: 'two' } as unknown as { value: number })).rejects.toMatchObject({
      code: 'request-invalid',
    })
    await expect(client.lies({})).rejects.toMatchObject({ code: 'internal' })
  })

  it('reports progress before the result', async () => {
    const { client } = demoPair()
    const seen: number[] = []
    const running = client.count({ to: 3 })
    running.onProgress(({ at }) => seen.push(at))
    expect(await running.done).toEqual({ total: 3 })
    expect(seen).toEqual([1, 2, 3])
  })

  it('cancels a job on request', async () => {
    const { client, aborted } = demoPair()
    const running = client.waits({})
    running.cancel()
    await expect(running.done).rejects.toMatchObject({ code: 'cancelled' })
    expect(aborted).toEqual(['waits'])
  })

  it('rejects what waits, aborts what runs, and refuses new calls when the other end is gone', async () => {
    const { client, cut, aborted } = demoPair()
    const running = client.waits({})
    await client.double({ value: 1 })
    cut()
    await expect(running.done).rejects.toMatchObject({ code: 'service-stopped' })
    await expect(client.double({ value: 1 })).rejects.toMatchObject({ code: 'service-stopped' })
    expect(aborted).toEqual(['waits'])
  })

  it('tells events to those who listen until they stop', async () => {
    const { client, tell } = demoPair()
    const heard: string[] = []
    const stop = client.told(({ what }) => heard.push(what))
    tell.told({ what: 'one' })
    await client.double({ value: 1 })
    stop()
    tell.told({ what: 'two' })
    await client.double({ value: 1 })
    expect(heard).toEqual(['one'])
  })
})
