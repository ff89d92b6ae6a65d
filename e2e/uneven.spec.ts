// A scan with a slice missing in the real app: what it says, and the evenly spaced copy that a person asks for (ADR 7).
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, SAMPLE_SCAN, test } from './app'
import { Window } from './pages'

const PATH = [
  [0.42, 0.42],
  [0.48, 0.46],
] as const

test('a gap is told with its place, and an even copy is made on request, with its labels', async ({
  launch,
  folder,
}) => {
  const sample = await launch({ args: ['--sample'] })
  await new Window(sample).imageShown()
  const scan = join(folder, 'scan')
  await cp(SAMPLE_SCAN, scan, { recursive: true })
  await sample.quit()
  await rm(join(scan, (await readdir(scan)).sort()[40]!))

  const app = await launch({ args: [scan] })
  const window = new Window(app)
  await window.imageShown()
  await expect(app.page.getByTestId('verdict').first()).toContainText('1 gap')
  await window.press('b')
  await window.stroke(PATH)

  await app.page.getByTestId('verdict').first().click()
  const offer = app.page.getByTestId('even-copy')
  await expect(offer).toContainText('1 slice would lie in a gap, where nobody measured')
  await app.screenshot('uneven-offer')
  await app.answerDialogs(join(folder, 'even.nii.gz'))
  await offer.getByRole('button', { name: /^Make an evenly spaced copy/ }).click()
  await expect(window.toast('Evenly spaced copy added.')).toBeVisible({ timeout: 60_000 })

  await expect(window.series()).toHaveCount(2)
  const copy = window.series().filter({ hasText: 'evenly spaced' })
  await expect(copy).toContainText('256 × 256 × 96')
  await expect(copy).toContainText('Uniform')
  await window.imageShown()
  await app.screenshot('uneven-copy')
  // One patient holds both, so that a split by patient keeps them together.
  await expect(app.page.getByRole('list', { name: 'Patients' }).locator('> li')).toHaveCount(1)
})
