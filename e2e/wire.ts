// Asks the processes behind the window directly, over the page's own bridge: for tests of the wire itself.
import type { Page } from '@playwright/test'
import type { Reply } from '#common/ipc/rpc'

interface WiredWindow {
  sagitta: { post(message: unknown): void; onMessage(listener: (message: unknown) => void): void }
  /** Progress of jobs by their id, and events by their channel, newest last. */
  heard?: Record<string, unknown[]>
  voxelsPort?: MessagePort
}

let nextId = 1_000_000

/** A call under way: `heardBy` takes what it is told meanwhile. */
export interface Asked {
  readonly id: string
  /** `done` or `fail`. */
  readonly reply: Promise<Reply>
}

/** Calls main, and the services it forwards to. */
export function start(page: Page, channel: string, input: unknown): Asked {
  const id = nextId++
  const reply = page.evaluate(
    request =>
      new Promise<Reply>(resolve => {
        const { sagitta } = window as unknown as WiredWindow
        sagitta.onMessage(message => {
          const reply = message as Reply
          if ((reply.type === 'done' || reply.type === 'fail') && reply.id === request.id) resolve(reply)
        })
        sagitta.post(request)
      }),
    { type: 'call', id, channel, input },
  )
  return { id: String(id), reply }
}

export const ask = (page: Page, channel: string, input: unknown): Promise<Reply> => start(page, channel, input).reply

/** Like `ask`, for a call that must go well: its value. */
export async function want<T>(page: Page, channel: string, input: unknown): Promise<T> {
  return valueOf<T>(channel, await ask(page, channel, input))
}

function valueOf<T>(channel: string, reply: Reply): T {
  if (reply.type === 'done') return reply.value as T
  throw new Error(`${channel}: ${reply.type === 'fail' ? reply.error.message : reply.type}`)
}

/** Keeps every progress and event from now on. */
export async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const wired = window as unknown as WiredWindow
    const heard: Record<string, unknown[]> = (wired.heard = {})
    wired.sagitta.onMessage(message => {
      const reply = message as Reply
      const key = reply.type === 'progress' ? String(reply.id) : reply.type === 'event' ? reply.channel : null
      if (key !== null && 'value' in reply) (heard[key] ??= []).push(reply.value)
    })
  })
}

/** What was heard under a job's id or an event's channel since `listen`. */
export const heardBy = <T>(page: Page, key: string): Promise<T[]> =>
  page.evaluate(name => (window as unknown as WiredWindow).heard?.[name] ?? [], key) as Promise<T[]>

/** Reloads the page with an ear on the port to the study service, so that `askStudy` can use it. */
export async function overhearPort(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.addEventListener('message', ({ data, ports }) => {
      if ((data as { type?: unknown }).type === 'sagitta-voxels-port')
        (window as unknown as WiredWindow).voxelsPort = ports[0]!
    })
  })
  await page.reload()
  await page.waitForFunction(() => (window as unknown as WiredWindow).voxelsPort !== undefined)
}

/** The answer of the study service on the page's own port. */
export function askStudy(page: Page, channel: string, input: unknown): Promise<Reply> {
  return page.evaluate(
    request =>
      new Promise<Reply>(resolve => {
        const port = (window as unknown as WiredWindow).voxelsPort!
        port.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
          if ((data.type === 'done' || data.type === 'fail') && data.id === request.id) resolve(data)
        })
        port.postMessage(request)
      }),
    { type: 'call', id: nextId++, channel, input },
  )
}

export async function wantFromStudy<T>(page: Page, channel: string, input: unknown): Promise<T> {
  return valueOf<T>(channel, await askStudy(page, channel, input))
}
