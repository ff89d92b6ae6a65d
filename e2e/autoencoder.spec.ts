// Autoencoders and VAEs trained in the window: the small VAE of a newcomer, what is refused and the way out, and stopping.
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, SAMPLE_SCAN, test, type SagittaApp } from './app'
import { Window } from './pages'
import { changeSetting, setting } from './settingRows'

/** From pressing Start to the finished run, 12 epochs of 208 slices; a busy machine may take longer than an idle one's half minute. */
const TRAINED_WITHIN_MS = 180_000

test('a small VAE of the sample study: both terms, active units, kept over a restart', async ({ launch, folder }) => {
  test.setTimeout(600_000)
  const userData = join(folder, 'user-data')
  const app = await launch({ userData })
  const window = new Window(app)
  const { page } = app
  await window.openSample()
  await expect(window.series()).toHaveCount(3)
  await window.saveAsProject('Codes', folder)

  await test.step('the plan needs no labels and no settings', async () => {
    await setUp(app, 'VAE')
    await expect(page.getByTestId('code-counts')).toHaveText(/208 images train, 104 validate/)
    await expect(setting(page, 'Code')).toContainText('16 units')
    await app.screenshot('vae-01-plan')
  })

  await test.step('it trains', async () => {
    await page.getByRole('button', { name: 'Size of an image' }).click()
    await page.getByRole('menuitemradio', { name: '32 × 32 pixels' }).click()
    await changeSetting(page, 'Epochs', 12)
    await page.getByLabel('Name').fill('Slices, small')
    await ready(page)
    const started = Date.now()
    await page.getByTestId('train-start').click()
    await expect(page.getByTestId('train-stop')).toBeVisible()
    await expect(chart(page, 'Reconstruction error')).toHaveAccessibleName(/train [\d.]+, validation [\d.]+/, {
      timeout: TRAINED_WITHIN_MS,
    })
    await app.screenshot('vae-02-training')
    await expect(page.getByTestId('train-stop')).toHaveCount(0, { timeout: TRAINED_WITHIN_MS })
    console.log(`the small VAE trained for ${((Date.now() - started) / 1000).toFixed(1)} s`)
    await shows(page)
    await besidePca(page, 16)
    await app.screenshot('vae-03-trained')
  })

  await test.step('it is there after closing and reopening the project', async () => {
    await app.quit()
    const again = new Window(await launch({ userData }))
    await again.page.getByTestId('welcome').getByRole('button', { name: 'Codes', exact: true }).click()
    await again.imageShown()
    await again.workspace('Train')
    const row = again.page.getByTestId('runs').getByRole('row').filter({ hasText: 'Slices, small' })
    await expect(row).toContainText('VAE')
    await expect(row).toContainText('12 / 12')
    await expect(row).toContainText(/error [\d.]+\s*PCA-16 [\d.]+/)
    await shows(again.page)
    await besidePca(again.page, 16)
  })
})

test('what can’t be learnt from is refused with the way out; a stopped run leaves the app alive', async ({
  launch,
  folder,
}) => {
  test.setTimeout(600_000)
  await test.step('one image', async () => {
    const [name] = (await readdir(SAMPLE_SCAN)).sort()
    const single = join(folder, 'single')
    await mkdir(single)
    await copyFile(join(SAMPLE_SCAN, name!), join(single, name!))
    const app = await launch({ args: [single] })
    await new Window(app).imageShown()
    await setUp(app, 'VAE')
    await expect(app.page.getByTestId('refusal')).toContainText(
      /one image; a model of one image would learn it by heart. Add more images/,
      { timeout: 60_000 },
    )
    await expect(app.page.getByTestId('train-start')).toHaveAttribute('aria-disabled', 'true')
    await app.screenshot('vae-04-one-image')
    await app.quit()
  })

  const app = await launch()
  const window = new Window(app)
  const { page } = app
  await window.openSample()
  await test.step('a code larger than the image', async () => {
    await setUp(app, 'Autoencoder')
    await page.getByRole('button', { name: 'Size of an image' }).click()
    await page.getByRole('menuitemradio', { name: '16 × 16 pixels' }).click()
    await changeSetting(page, 'Code', 300)
    await expect(page.getByTestId('refusal')).toContainText(/300 units .* only 256 values.* Choose fewer units/, {
      timeout: 60_000,
    })
    await app.screenshot('vae-05-larger-than-the-image')
    await setting(page, 'Code').getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByTestId('refusal')).toHaveCount(0, { timeout: 60_000 })
  })

  await test.step('stop', async () => {
    await changeSetting(page, 'Epochs', 4000)
    await ready(page)
    await page.getByTestId('train-start').click()
    await expect(page.getByText(/Epoch [2-9]\d* of 4000/)).toBeVisible({ timeout: TRAINED_WITHIN_MS })
    await page.getByTestId('train-stop').click()
    await expect(window.toast('Training stopped; the best model is kept.')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByTestId('runs')).toContainText('Stopped by you')
    await ready(page)
    await window.workspace('Annotate')
    await window.imageShown()
  })

  await test.step('layer by layer, to the codes', async () => {
    await window.workspace('Train')
    await changeSetting(page, 'Epochs', 3)
    await page.getByTestId('code-advanced').click()
    await page.getByRole('checkbox', { name: 'Layer by layer' }).click()
    await changeSetting(page, 'Epochs a layer', 2)
    await ready(page)
    await page.getByTestId('train-start').click()
    await expect(chart(page, 'Layer 1 of 2')).toHaveAccessibleName(/train [\d.]+/, { timeout: TRAINED_WITHIN_MS })
    await expect(chart(page, 'Layer 2 of 2')).toHaveAccessibleName(/train [\d.]+/, { timeout: TRAINED_WITHIN_MS })
    await expect(page.getByTestId('train-stop')).toHaveCount(0, { timeout: TRAINED_WITHIN_MS })
    await expect(page.getByTestId('runs').getByRole('row').nth(1)).toContainText(/Layerwise.*3 \/ 3/)
    await besidePca(page, 16)
    for (const row of [1, 2])
      await expect(page.getByTestId('runs').getByRole('row').nth(row)).toContainText(/error [\d.]+\s*PCA-16 [\d.]+/)
    await app.screenshot('vae-06-layer-by-layer')
    await page.getByTestId('explore-codes').click()
    await expect(page.getByRole('tab', { name: 'Latent' })).toHaveAttribute('aria-selected', 'true')
  })
})

async function setUp({ page }: SagittaApp, kind: 'Autoencoder' | 'VAE'): Promise<void> {
  await page.getByRole('tab', { name: 'Train' }).click()
  await page.getByRole('radio', { name: kind, exact: true }).click()
}

const ready = (page: Page): Promise<void> =>
  expect(page.getByTestId('train-start')).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 })

const chart = (page: Page, title: string) => page.getByRole('img', { name: new RegExp(`^${title}`) })

/** Both terms and the units of the last epoch. */
async function shows(page: Page): Promise<void> {
  for (const term of ['Reconstruction error', 'KL divergence'])
    await expect(chart(page, term)).toHaveAccessibleName(/train [\d.]+, validation [\d.]+/)
  await expect(chart(page, 'Active units')).toHaveAccessibleName(/active units [1-9]\d*/)
  await expect(chart(page, 'KL of each unit')).toHaveAccessibleName(/\d+ of 16 above/)
}

/** As a line of the chart, and below the figure. */
async function besidePca(page: Page, components: number): Promise<void> {
  const name = `PCA-${components} [\\d.]+`
  await expect(chart(page, 'Reconstruction error')).toHaveAccessibleName(new RegExp(`; ${name}$`))
  await expect(page.getByRole('definition').filter({ hasText: new RegExp(`^${name}$`) })).toBeVisible()
}
