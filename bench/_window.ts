// The window under a bench: started on the sample study, and watched while something is done in it.
import { _electron, type CDPSession, type ElectronApplication, type Page } from '@playwright/test'
import { rounded, summary } from './_statistics'

export const WARM_UP = 20
export const INPUTS = 200
/** A person scrolls and draws at about this pace. */
export const INPUT_EVERY_MS = 33
/** One frame at 60 Hz, and half of the next: a longer gap between frames missed one. */
const MISSED_MS = (1000 / 60) * 1.5

interface Probe {
  /** Input event to the first task after the frame that shows its effect, ms. */
  latencies: number[]
  /** Wall-clock gaps between animation frames, ms: their own timestamps would hide missed frames. */
  frames: number[]
  stop(): void
}
type ProbedWindow = Window & typeof globalThis & { probe?: Probe }

export interface Launcher {
  readonly binary: string
  readonly version: string
  readonly args: readonly string[]
  readonly display: string | null
  stop(): void
}

export interface StartedApp {
  readonly app: ElectronApplication
  readonly page: Page
  readonly windowMs: number
  readonly firstSliceMs: number
}

/** With the sample study open; times are from the start of the process. */
export async function startApp(launcher: Launcher, userData: string): Promise<StartedApp> {
  const before = performance.now()
  const app = await _electron.launch({
    executablePath: launcher.binary,
    args: [...launcher.args, `--user-data-dir=${userData}`, '--sample'],
    env: {
      ...(process.env as Record<string, string>),
      ...(launcher.display === null ? {} : { DISPLAY: launcher.display }),
    },
  })
  const page = await app.firstWindow()
  const windowMs = performance.now() - before
  await page.locator('[data-testid=viewport][data-shown]').waitFor({ timeout: 120_000 })
  return { app, page, windowMs, firstSliceMs: performance.now() - before }
}

/** Runs `work` with a probe in the page. */
export async function measure(
  page: Page,
  input: 'wheel' | 'pointermove' | null,
  work: () => Promise<void>,
): Promise<object> {
  await page.evaluate(type => {
    const latencies: number[] = []
    const frames: number[] = []
    const afterPaint = (done: () => void): void => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = done
        channel.port2.postMessage(null)
      })
    }
    const onInput = (event: Event): void => afterPaint(() => latencies.push(performance.now() - event.timeStamp))
    if (type) window.addEventListener(type, onInput, { capture: true })
    let running = true
    let last = performance.now()
    const frame = (): void => {
      const now = performance.now()
      frames.push(now - last)
      last = now
      if (running) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    const stop = (): void => {
      running = false
      if (type) window.removeEventListener(type, onInput, { capture: true })
    }
    ;(window as ProbedWindow).probe = { latencies, frames, stop }
  }, input)
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const busyBefore = await busySeconds(cdp)
  await work()
  const busy = (await busySeconds(cdp)) - busyBefore
  const { latencies, frames } = await page.evaluate(() => {
    const { probe } = window as ProbedWindow
    probe!.stop()
    return { latencies: probe!.latencies, frames: probe!.frames }
  })
  await cdp.detach()
  const counted = latencies.slice(WARM_UP)
  const gaps = frames.slice(WARM_UP)
  return {
    ...(input
      ? {
          inputToPaintMs: summary(counted),
          mainThreadMsPerInput: rounded((busy * 1000) / Math.max(1, latencies.length)),
        }
      : {}),
    frameGapMs: summary(gaps),
    missedFramesShare: rounded(gaps.filter(gap => gap > MISSED_MS).length / Math.max(1, gaps.length)),
  }
}

async function busySeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
}
