// Asks the processes behind the window directly, over the page's own bridge: for tests of the wire itself.
import type { Page } from '@playwright/test'
import type { Reply } from '#common/ipc/rpc'

interface WiredWindow extends Window {
  sagitta: {
    post(message: unknown): void
    onMessage(listener: (message: unknown) => void): void
    pathOf(file: File): string
  }
  voxelsPort?: MessagePort
}

let nextId = 1_000_000

/** The answer (`done` or `fail`) of main, and of the services it forwards to. */
export function ask(page: Page, channel: string, input: unknown): Promise<Reply> {
  return page.evaluate(
    request =>
      new Promise<Reply>(resolve => {
        const { sagitta } = window as unknown as WiredWindow
        sagitta.onMessage(message => {
          const reply = message as Reply
          if (reply.type !== 'event' && reply.type !== 'progress' && reply.id === request.id) resolve(reply)
        })
        sagitta.post(request)
      }),
    { type: 'call', id: nextId++, channel, input },
  )
}

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
          if (data.type !== 'event' && data.type !== 'progress' && data.id === request.id) resolve(data)
        })
        port.postMessage(request)
      }),
    { type: 'call', id: nextId++, channel, input },
  )
}
