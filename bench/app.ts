// The real app on the sample study: start to first slice, scroll and brush from input to paint in wall-clock time, missed frames, main-thread time.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type CDPSession, type ElectronApplication, type Page } from '@playwright/test'
import { rounded, summary } from './_statistics'

const WARM_UP = 20
const INPUTS = 200
/** A person scrolls and draws at about this pace. */
const INPUT_EVERY_MS = 33
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

interface Launcher {
  readonly binary: string
  readonly version: string
  readonly args: readonly string[]
  readonly display: string | null
  stop(): void
}

export async function main(_argv: readonly string[], context: { launcher: () => Promise<Launcher> }): Promise<object> {
  const launcher = await context.launcher()
  const userData = await mkdtemp(join(tmpdir(), 'sagitta-bench-'))
  const start = async (): Promise<{ app: ElectronApplication; page: Page; windowMs: number; firstSliceMs: number }> => {
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

  try {
    const first = await start()
    await first.app.close()
    const again = await start()
    const { page, app } = again
    await page.waitForTimeout(4000) // reading the other series, thumbnails
    const cdp = await page.context().newCDPSession(page)
    const idle = await measure(page, cdp, null, async () => page.waitForTimeout(3000))
    const scroll = await measure(page, cdp, 'wheel', () => scrollThrough(page))
    await page.keyboard.press('b')
    const brush = await measure(page, cdp, 'pointermove', () => drawAround(page))
    await app.close()
    return {
      electron: launcher.version,
      start: {
        firstRun: { windowMs: rounded(first.windowMs), firstSliceMs: rounded(first.firstSliceMs) },
        secondRun: { windowMs: rounded(again.windowMs), firstSliceMs: rounded(again.firstSliceMs) },
      },
      peer: { what: 'the same window at rest', ...idle },
      scroll,
      brush,
    }
  } finally {
    launcher.stop()
    await rm(userData, { recursive: true, force: true })
  }
}

async function scrollThrough(page: Page): Promise<void> {
  const box = (await page.getByTestId('viewport').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  for (let n = 0; n < WARM_UP + INPUTS; n++) {
    await page.mouse.wheel(0, Math.floor(n / 40) % 2 === 0 ? 100 : -100)
    await page.waitForTimeout(INPUT_EVERY_MS)
  }
}

async function drawAround(page: Page): Promise<void> {
  const box = (await page.getByTestId('viewport').boundingBox())!
  const at = (n: number): [number, number] => {
    const angle = (n / 60) * 2 * Math.PI
    return [box.x + box.width * (0.45 + 0.1 * Math.cos(angle)), box.y + box.height * (0.5 + 0.1 * Math.sin(angle))]
  }
  await page.mouse.move(...at(0))
  await page.mouse.down()
  for (let n = 1; n <= WARM_UP + INPUTS; n++) {
    await page.mouse.move(...at(n))
    await page.waitForTimeout(INPUT_EVERY_MS)
  }
  await page.mouse.up()
}

/** Runs `work` with a probe in the page. */
async function measure(
  page: Page,
  cdp: CDPSession,
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
  await cdp.send('Performance.enable')
  const busyBefore = await busySeconds(cdp)
  await work()
  const busy = (await busySeconds(cdp)) - busyBefore
  const { latencies, frames } = await page.evaluate(() => {
    const { probe } = window as ProbedWindow
    probe!.stop()
    return { latencies: probe!.latencies, frames: probe!.frames }
  })
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
