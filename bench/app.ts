// The real app on the sample study: start to first slice, scroll and brush from input to paint in wall-clock time, missed frames, main-thread time.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { INPUT_EVERY_MS, INPUTS, measure, startApp, WARM_UP, type Launcher } from './_window'
import { rounded } from './_statistics'

export async function main(_argv: readonly string[], context: { launcher: () => Promise<Launcher> }): Promise<object> {
  const launcher = await context.launcher()
  const userData = await mkdtemp(join(tmpdir(), 'sagitta-bench-'))
  try {
    const first = await startApp(launcher, userData)
    await first.app.close()
    const again = await startApp(launcher, userData)
    const { page, app } = again
    await page.waitForTimeout(4000) // reading the other series, thumbnails
    const idle = await measure(page, null, async () => page.waitForTimeout(3000))
    const scroll = await measure(page, 'wheel', () => scrollThrough(page))
    await page.keyboard.press('b')
    const brush = await measure(page, 'pointermove', () => drawAround(page))
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
