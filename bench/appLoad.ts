// The real app opening 1000 slices: from the command to the first slice on screen, and to every slice's values in the page.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { writeSeries } from './_dicomSeries'
import { quantile, rounded } from './_statistics'

const SIZE = 512
const SLICES = 1000
const RUNS = 3
/** Calls of the page that wait for an answer at one time. */
const TOGETHER = 4

interface Launcher {
  readonly binary: string
  readonly version: string
  readonly args: readonly string[]
  readonly display: string | null
  stop(): void
}
interface Opening {
  readonly firstSliceMs: number
  readonly wholeMs: number
}
type PortWindow = Window & typeof globalThis & { voxelsPort?: MessagePort }

export async function main(_argv: readonly string[], context: { launcher: () => Promise<Launcher> }): Promise<object> {
  const launcher = await context.launcher()
  const folder = await mkdtemp(join(tmpdir(), 'sagitta-bench-'))
  try {
    const words = (k: number): Uint8Array =>
      new Uint8Array(Int16Array.from({ length: SIZE * SIZE }, (_, n) => (n + 37 * k) % 3000).buffer)
    const series = writeSeries(join(folder, 'series'), { slices: SLICES, size: SIZE, frame: words })
    const runs: Opening[] = []
    // The first fills the disk's cache and does not count.
    for (let run = 0; run <= RUNS; run++) runs.push(await once(launcher, series))
    const counted = runs.slice(1)
    const median = (of: (run: Opening) => number): number => rounded(quantile(counted.map(of), 0.5))
    return {
      electron: launcher.version,
      slices: SLICES,
      firstSliceMs: median(run => run.firstSliceMs),
      wholeVolumeInPageMs: median(run => run.wholeMs),
      megabytes: rounded((SLICES * SIZE * SIZE * 2) / 2 ** 20),
      runs: counted,
    }
  } finally {
    launcher.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** One opening in an app of its own: from the key press of "Open a folder", its dialog answered at once. */
async function once(launcher: Launcher, series: string): Promise<Opening> {
  const userData = await mkdtemp(join(tmpdir(), 'sagitta-bench-'))
  const app = await _electron.launch({
    executablePath: launcher.binary,
    args: [...launcher.args, `--user-data-dir=${userData}`],
    env: {
      ...(process.env as Record<string, string>),
      ...(launcher.display === null ? {} : { DISPLAY: launcher.display }),
    },
  })
  try {
    const page = await readyPage(app)
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] })
    }, series)
    const started = performance.now()
    await page.keyboard.press('Control+O')
    await page.locator('[data-testid=viewport][data-shown]').waitFor({ timeout: 60_000 })
    const firstSliceMs = performance.now() - started
    const volumeId = await page.locator('[data-testid=series]').first().getAttribute('data-volume')
    await page.evaluate(readAll, { volumeId: volumeId!, slices: SLICES, together: TOGETHER, bytes: SIZE * SIZE * 2 })
    return { firstSliceMs: rounded(firstSliceMs), wholeMs: rounded(performance.now() - started) }
  } finally {
    await app.close()
    await rm(userData, { recursive: true, force: true })
  }
}

/** The page keeps its port to the study service for itself: reloaded with a listener that sees it too. */
async function readyPage(app: ElectronApplication): Promise<Page> {
  const page = await app.firstWindow()
  await page.addInitScript(() => {
    window.addEventListener('message', event => {
      const [port] = event.ports
      if (port) (window as PortWindow).voxelsPort = port
    })
  })
  await page.reload()
  await page.waitForFunction(() => (window as PortWindow).voxelsPort !== undefined)
  await page.waitForTimeout(2500)
  return page
}

/** Runs in the page: every slice over the page's own port, as the viewer asks for it. */
async function readAll(wanted: { volumeId: string; slices: number; together: number; bytes: number }): Promise<void> {
  const port = (window as PortWindow).voxelsPort!
  const first = 1e9
  let next = 0
  await new Promise<void>((resolve, reject) => {
    let left = wanted.slices
    const ask = (): void => {
      if (next >= wanted.slices) return
      const k = next++
      port.postMessage({
        ...{ type: 'call', id: first + k, channel: 'voxels.slice' },
        input: { volumeId: wanted.volumeId, k },
      })
    }
    port.addEventListener('message', ({ data }: MessageEvent) => {
      const reply = data as { id?: number; type?: string; value?: { values: Int16Array }; error?: { message: string } }
      if ((reply.id ?? 0) < first) return
      if (reply.type !== 'done' || reply.value?.values.byteLength !== wanted.bytes)
        reject(new Error(reply.error?.message ?? 'a slice of another size'))
      else if (--left === 0) resolve()
      else ask()
    })
    for (let n = 0; n < wanted.together; n++) ask()
  })
}
