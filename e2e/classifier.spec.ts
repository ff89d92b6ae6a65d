// A classifier of pixels in the window: on the encoder that a VAE of patches learnt, judged, and segmenting a patient it never saw.
import type { Page } from '@playwright/test'
import type { ProjectState } from '#common/ipc/project'
import { expect, test } from './app'
import { ANSWERED_WITHIN_MS } from './latentPage'
import { Window } from './pages'
import { changeSetting, setting } from './settingRows'
import { want } from './wire'

const PATCH = 16
const ENCODER = 'Patches without labels'
const CLASSIFIER = 'Pixels of the abdomen'

test('labels on an encoder of patches: the form, the figures, and the other patient segmented', async ({
  launch,
  folder,
}) => {
  test.setTimeout(600_000)
  const app = await launch()
  const window = new Window(app)
  const { page } = app
  await window.openSample()
  await expect(window.series()).toHaveCount(3, { timeout: 3 * ANSWERED_WITHIN_MS })
  await window.saveAsProject('Pixels', folder)
  await window.workspace('Train')

  await test.step('without labels and without an encoder the form says what is missing', async () => {
    await page.getByRole('radio', { name: 'Classifier', exact: true }).click()
    await expect(page.getByTestId('train-empty')).toContainText('none of the chosen cases has labels to learn')
    await expect(setting(page, 'Encoder')).toContainText('random start')
    await app.screenshot('classifier-01-nothing-yet')
  })

  await test.step('a run that learnt codes of patches gives its encoder', async () => {
    await page.getByRole('radio', { name: 'Segmentation' }).click()
    await page.getByTestId('take-truth').click()
    await expect(page.getByTestId('case')).toHaveCount(3, { timeout: 30_000 })
    await trainPatches(page)
    await page.getByRole('radio', { name: 'Classifier', exact: true }).click()
    await expect(setting(page, 'Encoder')).toContainText(ENCODER)
    await expect(page.getByTestId('encoder-images')).toContainText(
      /Patches of 16 × 16 pixels, cut to the body, -160 to 240 HU.*As the images of Patches without labels/,
    )
    // the third patient stays unseen
    await page.getByTestId('code-case').nth(2).getByRole('checkbox').click()
    await changeSetting(page, 'Epochs', 3)
    await page.getByLabel('Name', { exact: true }).fill(CLASSIFIER)
    await expect(page.getByTestId('train-start')).toHaveAttribute('aria-disabled', 'false', {
      timeout: ANSWERED_WITHIN_MS,
    })
    await app.screenshot('classifier-02-plan')
  })

  await test.step('it trains: loss, balanced accuracy beside chance, and who is taken for whom', async () => {
    await page.getByTestId('train-start').click()
    await expect(page.getByTestId('use-model')).toBeVisible({ timeout: 3 * ANSWERED_WITHIN_MS })
    const accuracy = page.getByRole('img', { name: /^Balanced accuracy/ })
    await expect(accuracy).toHaveAccessibleName(/validation 0\.[3-9]/)
    await expect(page.getByRole('definition').filter({ hasText: /^1 of \d classes$/ })).toBeVisible()
    const table = page.getByTestId('confusion')
    await expect(table.getByRole('columnheader').first()).toHaveText('Is')
    await expect(table.getByRole('rowheader', { name: 'none' })).toBeVisible()
    await expect(table.getByRole('rowheader', { name: 'Liver' })).toBeVisible()
    await expect(page.getByTestId('runs').getByRole('row').nth(1)).toContainText(/Classifier.*bal\. 0\.\d+/)
    await app.screenshot('classifier-03-trained')
  })

  await test.step('it segments the patient it never saw, and the proposal is accepted', async () => {
    await page.getByTestId('use-model').click()
    await window.openSeries(2)
    await window.press('Control+z')
    await expect.poll(() => window.millilitres('Liver')).toBeNull()
    await expect(page.getByTestId('segment').getByRole('button', { name: 'Model', exact: true })).toContainText(
      CLASSIFIER,
    )
    const started = Date.now()
    await window.segment()
    console.log(`classified pixel by pixel in ${((Date.now() - started) / 1000).toFixed(1)} s`)
    await expect(page.getByTestId('proposal')).toContainText(/One pixel of \d × \d was classified/)
    await app.screenshot('classifier-04-proposal')
    await page.getByTestId('proposal-accept').click()
    await expect(page.getByTestId('proposal')).toHaveCount(0)
    expect(await window.millilitres('Liver')).toBeGreaterThan(0)
  })
})

/** Of the first two patients, as the form would; what the form does is another spec's. */
async function trainPatches(page: Page): Promise<void> {
  const { sources } = await want<ProjectState>(page, 'project.current', {})
  await want(page, 'latent.train', {
    config: {
      ...{ task: 'vae', name: ENCODER, batch: 128, epochs: 4, provider: 'cpu' },
      dataset: {
        ...{ kind: 'studies', unit: 'patches', size: [PATCH, PATCH], step: PATCH, crop: { above: -500 } },
        cases: sources
          .slice(0, 2)
          .map(({ volumeId, info }) => ({ id: volumeId, patient: info.patientId, image: volumeId })),
      },
      split: { validationFraction: 0.34 },
      scale: { low: -160, high: 240 },
      model: { latent: 12, network: { kind: 'dense', widths: [64] } },
      loss: { beta: 0.1 },
    },
  })
}
