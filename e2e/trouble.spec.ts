// Bad input and bad luck in the real app: each says which file and the way out, and what was drawn survives (issue 3, "Bad input").
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, SAMPLE_SCAN, test } from './app'
import { Window } from './pages'

const PATH = [
  [0.42, 0.42],
  [0.48, 0.46],
] as const

/** A copy of the sample's first patient in the test's own folder. */
async function ownScan(folder: string): Promise<string> {
  const scan = join(folder, 'scan')
  await cp(SAMPLE_SCAN, scan, { recursive: true })
  return scan
}

test('a folder without images says so and names what was skipped', async ({ launch, folder }) => {
  const papers = join(folder, 'papers')
  await mkdir(papers)
  await writeFile(join(papers, 'README.txt'), 'no image')
  const app = await launch({ args: [papers] })
  const window = new Window(app)
  await expect(window.toast('holds no images that can be opened')).toBeVisible({ timeout: 20_000 })
  await app.screenshot('trouble-no-images')
})

test('a cut-off file costs its slice, not the series; a lesser copy does not replace the whole one', async ({
  launch,
  folder,
}) => {
  const whole = await launch({ args: ['--sample'] })
  const complete = new Window(whole)
  await complete.imageShown()
  const scan = await ownScan(folder)
  const cut = (await readdir(scan)).sort()[40]!
  await truncate(join(scan, cut), 20_000)
  await whole.answerDialogs(scan)
  await complete.press('Control+o')
  await expect(complete.toast(/skipped|Nothing new/)).toBeVisible({ timeout: 30_000 })
  await expect(complete.series().first()).toContainText('256 × 256 × 96')
  await whole.quit()

  const app = await launch({ args: [scan] })
  const window = new Window(app)
  await window.imageShown()
  await expect(window.series().first()).toContainText('256 × 256 × 95')
  await expect(app.page.getByTestId('verdict').first()).toContainText('1 gap')
  await window.press('b')
  await window.stroke(PATH)
  await app.screenshot('trouble-cut-off-file')
  await app.page.getByTestId('verdict').first().click()
  await expect(app.page.getByRole('dialog')).toContainText(cut)
  await app.screenshot('trouble-cut-off-file-named')
})

test('an unwritable place for a project is refused with the reason, and the drawing goes on', async ({ launch }) => {
  const app = await launch({ args: ['--sample'] })
  const window = new Window(app)
  await window.imageShown()
  await window.press('b')
  await window.stroke(PATH)
  await app.answerDialogs('/proc')
  await window.press('Control+Shift+S')
  await app.page.getByTestId('project-name').fill('Nowhere')
  await app.page.getByTestId('project-folder').click()
  await app.page.getByTestId('project-write').click()
  await expect(app.page.getByRole('alert')).toContainText('/proc')
  await app.screenshot('trouble-unwritable')
  await window.press('Escape')
  await window.stroke([
    [0.55, 0.5],
    [0.6, 0.5],
  ])
})

test('a full disk is said, what was acknowledged stays, and drawing goes on once there is room', async ({
  launch,
  folder,
}) => {
  const disk = join(folder, 'disk')
  await mkdir(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    test.skip(true, `This account may not mount a small disk: ${String(error)}`)
  }
  try {
    const app = await launch({ args: ['--sample'] })
    const window = new Window(app)
    await window.imageShown()
    await window.saveAsProject('Small', disk)
    await window.press('b')
    await window.stroke(PATH)
    execFileSync('sh', ['-c', `head -c 4M /dev/zero > "${disk}/filler" || true`], { stdio: 'pipe' })
    // what the journal's last block still takes is written; the next stroke is refused
    for (let n = 0; n < 40 && (await window.toast(/disk is full/i).count()) === 0; n++) {
      await window.drag([
        [0.3 + 0.01 * n, 0.5],
        [0.32 + 0.01 * n, 0.52],
      ])
      await app.page.waitForTimeout(100)
    }
    await expect(window.toast(/disk is full/i).first()).toBeVisible()
    await app.screenshot('trouble-full-disk')
    const drawn = await window.journal().count()
    execFileSync('rm', [join(disk, 'filler')])
    await window.stroke([
      [0.5, 0.3],
      [0.55, 0.3],
    ])
    expect(await window.journal().count()).toBe(drawn + 1)
    await app.quit()
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})

test('a model file that is no model is listed with its reason', async ({ launch, folder }) => {
  const app = await launch({ args: ['--sample'] })
  const window = new Window(app)
  await window.imageShown()
  await window.saveAsProject('Broken model', folder)
  const run = join(folder, 'Broken model', 'runs', 'r1')
  await mkdir(run, { recursive: true })
  await writeFile(join(run, 'model.onnx'), 'this is no model')
  await app.page.reload()
  await window.imageShown()
  await expect(app.page.getByTestId('segment')).toContainText('model.onnx')
  await app.screenshot('trouble-no-model')
})

test('moved images are found again, with every label', async ({ launch, folder }) => {
  const userData = join(folder, 'data')
  const first = await launch({ userData, args: ['--sample'] })
  await new Window(first).imageShown()
  const scan = await ownScan(folder)
  await first.quit()

  const drawing = new Window(await launch({ userData: join(folder, 'other'), args: [scan] }))
  await drawing.imageShown()
  await drawing.press('b')
  await drawing.stroke(PATH)
  const drawn = await drawing.millilitres('Label 1')
  await drawing.saveAsProject('Moves', folder)
  await drawing.app.quit()

  await rename(scan, join(folder, 'elsewhere'))
  const window = new Window(await launch({ userData: join(folder, 'other') }))
  await window.page.getByTestId('welcome').getByRole('button', { name: 'Moves', exact: true }).click()
  await expect(window.page.getByTestId('locate')).toBeVisible()
  await window.app.screenshot('trouble-moved')
  await window.app.answerDialogs(join(folder, 'elsewhere'))
  await window.page.getByTestId('locate').click()
  await window.imageShown()
  await expect.poll(() => window.millilitres('Label 1')).toBe(drawn)
  await window.app.screenshot('trouble-located')
})
