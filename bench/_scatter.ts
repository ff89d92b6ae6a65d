// The latent workspace's map of 50,000 points in the real app: pan, zoom, hover and lasso, from input to paint in wall-clock time.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { INPUT_EVERY_MS, INPUTS, measure, startApp, WARM_UP, type Launcher } from './_window'

const POINTS = 50_000
const SIZE = 8
const CODED_WITHIN_MS = 180_000

type Place = readonly [x: number, y: number]

export async function scatter(launcher: Launcher): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'sagitta-bench-'))
  const { app, page } = await startApp(launcher, join(folder, 'user-data'))
  try {
    await showMap(app, page, await imagesIn(folder))
    const rest = await measure(page, null, () => page.waitForTimeout(2000))
    const pan = await measure(page, 'pointermove', () => drag(page))
    const zoom = await measure(page, 'wheel', () => wheel(page))
    await page.keyboard.press('p')
    const hover = await measure(page, 'pointermove', () => wander(page))
    await page.keyboard.press('l')
    const lasso = await measure(page, 'pointermove', () => drag(page))
    return {
      points: POINTS,
      electron: launcher.version,
      peer: { what: 'the same window at rest', ...rest },
      pan,
      zoom,
      hover,
      lasso,
    }
  } finally {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Blobs at places of their own, so that no two codes are equal. */
async function imagesIn(folder: string): Promise<string> {
  const bytes = new Uint8Array(16 + POINTS * SIZE * SIZE)
  bytes.set([0, 0, 8, 3])
  const view = new DataView(bytes.buffer)
  ;[POINTS, SIZE, SIZE].forEach((size, axis) => view.setUint32(4 + 4 * axis, size))
  for (let n = 0; n < POINTS; n++) {
    const [x, y] = [SIZE * ((n * 0.754877666) % 1), SIZE * ((n * 0.569840291) % 1)]
    for (let p = 0; p < SIZE * SIZE; p++)
      bytes[16 + n * SIZE * SIZE + p] = 255 * Math.exp(-Math.hypot((p % SIZE) - x, Math.floor(p / SIZE) - y) / 2)
  }
  const path = join(folder, 'blobs-idx3-ubyte')
  await writeFile(path, bytes)
  return path
}

/** Trains a model of one epoch by the app's own call, then goes the way a person goes. */
async function showMap(app: ElectronApplication, page: Page, images: string): Promise<void> {
  await call(page, 'latent.train', {
    config: {
      ...{ task: 'vae', name: 'Blobs', epochs: 1, batch: 100, provider: 'cpu' },
      dataset: { kind: 'idx', images, select: { atMost: 4000 } },
      model: { latent: 8, network: { kind: 'dense', widths: [32] } },
    },
  })
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
  }, images)
  await page.keyboard.press('Control+4')
  await page.getByRole('button', { name: 'Choose a file' }).click()
  await page.locator('[data-testid=encode][aria-disabled=false]').click()
  await page.locator(`[data-testid=code-map][data-points="${POINTS}"]`).waitFor({ timeout: CODED_WITHIN_MS })
  await page.waitForTimeout(3000) // what else the workspace asks for once there are codes
}

/** Calls the app over the page's own bridge. */
async function call(page: Page, channel: string, input: unknown): Promise<void> {
  const failure = await page.evaluate(
    request =>
      new Promise<string | null>(resolve => {
        interface Reply {
          readonly type: string
          readonly id?: number
          readonly error?: { readonly message: string }
        }
        interface Bridge {
          post(message: unknown): void
          onMessage(listener: (message: Reply) => void): void
        }
        const { sagitta } = window as unknown as { sagitta: Bridge }
        sagitta.onMessage(reply => {
          if (reply.id !== request.id || (reply.type !== 'done' && reply.type !== 'fail')) return
          resolve(reply.error?.message ?? null)
        })
        sagitta.post(request)
      }),
    { type: 'call', id: 900_000, channel, input },
  )
  if (failure !== null) throw new Error(`${channel}: ${failure}`)
}

/** Places on a circle around the middle of the map, `reach` of its width and height away; asked once: the page is not disturbed meanwhile. */
async function circle(page: Page, reach: number): Promise<(n: number) => Place> {
  const box = (await page.getByTestId('code-map').boundingBox())!
  return n => {
    const angle = (n / 60) * 2 * Math.PI
    return [box.x + box.width * (0.5 + reach * Math.cos(angle)), box.y + box.height * (0.5 + reach * Math.sin(angle))]
  }
}

async function moves(page: Page, at: (n: number) => Place): Promise<void> {
  for (let n = 1; n <= WARM_UP + INPUTS; n++) {
    await page.mouse.move(...at(n))
    await page.waitForTimeout(INPUT_EVERY_MS)
  }
}

async function drag(page: Page): Promise<void> {
  const at = await circle(page, 0.2)
  await page.mouse.move(...at(0))
  await page.mouse.down()
  await moves(page, at)
  await page.mouse.up()
}

const wander = async (page: Page): Promise<void> => moves(page, await circle(page, 0.25))

async function wheel(page: Page): Promise<void> {
  await page.mouse.move(...(await circle(page, 0.05))(0))
  for (let n = 0; n < WARM_UP + INPUTS; n++) {
    await page.mouse.wheel(0, Math.floor(n / 20) % 2 === 0 ? -40 : 40)
    await page.waitForTimeout(INPUT_EVERY_MS)
  }
}
