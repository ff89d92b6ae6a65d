import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SagittaError } from '#common/errors'
import { contract, event, invoke, job } from '#common/ipc/contract'
import { Connection, emitters, serve, service, type Port, type Service } from '#common/ipc/rpc'
import { forward, relayEvents } from './forward'

const demo = contract('demo', 'study', {
  double: invoke(z.object({ value: z.number() }), z.object({ value: z.number() })),
  fails: invoke(z.object({}), z.object({})),
  count: job(z.object({ to: z.number() }), z.object({ at: z.number() }), z.object({ total: z.number() })),
  waits: job(z.object({}), z.object({}), z.object({})),
  told: event(z.object({ what: z.string() })),
})

const owner = service(demo, {
  double: ({ value }) => ({ value: 2 * value }),
  fails: () => {
    throw new SagittaError('disk-full', 'The disk is full.', { path: 'a' })
  },
  count: async ({ to }, job) => {
    for (let at = 1; at <= to; at++) job.progress({ at })
    return { total: to }
  },
  waits: (_, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new SagittaError('cancelled', 'Waiting was stopped.'))),
    ),
})

function port(end: MessageChannel['port1']): Port {
  return {
    post: message => end.postMessage(message),
    onMessage: listener => void end.on('message', listener),
    onClose: listener => void end.on('close', listener),
  }
}

/** Page, main and service, joined by real message ports; returns the page's client. */
function joined() {
  const near = new MessageChannel()
  const far = new MessageChannel()
  const { emit: tellMain } = serve(port(far.port2), [owner])
  const toService = new Connection(port(far.port1), 'The demo service').client(demo)
  const handlers: Service = service(
    demo,
    forward(demo, () => toService),
  )
  const { emit } = serve(port(near.port2), [handlers])
  relayEvents(demo, toService, emit)
  return {
    page: new Connection(port(near.port1), 'The main process').client(demo),
    tell: emitters(demo, tellMain),
    cut: () => far.port2.close(),
    end: () => [near, far].forEach(channel => channel.port1.close()),
  }
}

describe('forward', () => {
  it('hands calls on and answers back', async () => {
    const { page, end } = joined()
    expect(await page.double({ value: 21 })).toEqual({ value: 42 })
    end()
  })

  it('keeps code, message and details of errors', async () => {
    const { page, end } = joined()
    await expect(page.fails({})).rejects.toMatchObject({
      code: 'disk-full',
      message: 'The disk is full.',
      details: { path: 'a' },
    })
    end()
  })

  it("hands on a job's progress and result", async () => {
    const { page, end } = joined()
    const running = page.count({ to: 3 })
    const seen: number[] = []
    running.onProgress(({ at }) => seen.push(at))
    expect(await running.done).toEqual({ total: 3 })
    expect(seen).toEqual([1, 2, 3])
    end()
  })

  it('hands on a cancel', async () => {
    const { page, end } = joined()
    const running = page.waits({})
    running.cancel()
    await expect(running.done).rejects.toMatchObject({ code: 'cancelled' })
    end()
  })

  it('hands on events', async () => {
    const { page, tell, end } = joined()
    const heard = new Promise(resolve => page.told(resolve))
    tell.told({ what: 'news' })
    expect(await heard).toEqual({ what: 'news' })
    end()
  })

  it('says that the service stopped when it dies during a call', async () => {
    const { page, cut, end } = joined()
    const running = page.waits({})
    cut()
    await expect(running.done).rejects.toMatchObject({ code: 'service-stopped' })
    end()
  })
})
