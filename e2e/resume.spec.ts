// A run whose process was killed: said with its epoch, refused while labels differ, resumed to its end in the same row.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './app'
import { Window } from './pages'

const EPOCHS = 3
const CODE_EPOCHS = 30
const TRAINED_WITHIN_MS = 240_000

test('a killed run goes on where it was, after the app was closed and opened again', async ({ launch, folder }) => {
  test.setTimeout(900_000)
  const userData = join(folder, 'user-data')
  const app = await launch({ userData })
  const window = new Window(app)
  const { page } = app
  await window.sampleProject('Overnight', folder)
  await page.getByLabel('Name').fill('Overnight run')
  await changeSetting(page, 'Epochs', EPOCHS)
  await changeSetting(page, 'Batches an epoch', 12)
  // Each change makes another plan; the click waits for the last one.
  await page.getByTestId('train-start').click({ timeout: 120_000 })

  await test.step('killed in its second epoch', async () => {
    await expect(page.getByText(/Epoch 2 of 3/)).toBeVisible({ timeout: TRAINED_WITHIN_MS })
    app.expectProblem(/training process/i)
    await killTraining(folder)
    await expect(row(page)).toContainText('Interrupted at epoch 1', { timeout: 60_000 })
    await expect(page.getByTestId('train-resume')).toBeVisible()
    await expect(window.toast(/process stopped/)).toHaveCount(1)
    await app.screenshot('resume-01-killed')
    await app.quit()
  })

  const again = new Window(await launch({ userData }))
  await again.page.getByTestId('welcome').getByRole('button', { name: 'Overnight', exact: true }).click()
  await again.imageShown()

  await test.step('with another slice state it is refused, by the patient’s name', async () => {
    await again.press('c')
    await again.workspace('Train')
    await expect(row(again.page)).toContainText('Interrupted at epoch 1')
    await again.page.getByTestId('train-resume').click()
    await expect(again.page.getByText(/Phantom.* changed since the run began/).first()).toBeVisible({ timeout: 60_000 })
    await again.app.screenshot('resume-02-labels-changed')
    await again.workspace('Annotate')
    await again.press('c')
  })

  await test.step('with the labels back it goes on, in the same row', async () => {
    await again.workspace('Train')
    await again.page.getByTestId('train-resume').click()
    await expect(again.page.getByTestId('train-stop')).toBeVisible({ timeout: 60_000 })
    await expect(again.page.getByTestId('use-model')).toBeVisible({ timeout: TRAINED_WITHIN_MS })
    await expect(row(again.page)).toContainText(`${EPOCHS} / ${EPOCHS}`)
    await expect(again.page.getByTestId('runs').getByRole('row')).toHaveCount(2)
    await again.app.screenshot('resume-03-done')
  })
})

test('a killed run that learns codes goes on where it was', async ({ launch, folder }) => {
  test.setTimeout(600_000)
  const app = await launch()
  const window = new Window(app)
  const { page } = app
  await window.openSample()
  await expect(window.series()).toHaveCount(3, { timeout: 60_000 })
  await window.saveAsProject('Overnight', folder)
  await window.workspace('Train')
  await page.getByRole('radio', { name: 'VAE', exact: true }).click()
  await changeSetting(page, 'Epochs', CODE_EPOCHS)
  await page.getByLabel('Name').fill('Overnight run')
  await expect(page.getByTestId('train-start')).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 })
  await page.getByTestId('train-start').click()
  await expect(page.getByText(new RegExp(`Epoch [3-9] of ${CODE_EPOCHS}`))).toBeVisible({ timeout: TRAINED_WITHIN_MS })
  app.expectProblem(/training process/i)
  await killTraining(folder)
  await expect(row(page)).toContainText(/Interrupted at epoch \d/, { timeout: 60_000 })
  await expect(window.toast(/process stopped/)).toHaveCount(1)
  await app.screenshot('resume-04-codes-killed')

  await page.getByTestId('train-resume').click()
  await expect(page.getByTestId('train-stop')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByTestId('explore-codes')).toBeVisible({ timeout: TRAINED_WITHIN_MS })
  await expect(row(page)).toContainText(`${CODE_EPOCHS} / ${CODE_EPOCHS}`)
  await expect(page.getByTestId('runs').getByRole('row')).toHaveCount(2)
  await app.screenshot('resume-05-codes-done')
})

const row = (page: Page) => page.getByTestId('runs').getByRole('row').filter({ hasText: 'Overnight run' })

/** As the system does when memory runs out. */
async function killTraining(folder: string): Promise<void> {
  const runs = join(folder, 'Overnight', 'runs')
  const [run] = await readdir(runs)
  const { pid } = JSON.parse(await readFile(join(runs, run!, 'state.json'), 'utf8')) as { pid: number }
  process.kill(pid, 'SIGKILL')
}

async function changeSetting(page: Page, name: string, value: number): Promise<void> {
  const setting = page.getByTestId('setting').filter({ has: page.getByText(name, { exact: true }) })
  await setting.getByRole('button', { name: `Change ${name.toLowerCase()}`, exact: true }).click()
  await setting.getByRole('textbox').fill(String(value))
  await setting.getByRole('textbox').press('Enter')
  await expect(setting).toContainText('yours', { timeout: 30_000 })
}
