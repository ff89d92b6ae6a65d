// A model made elsewhere: its file tells what it can, a person fills in the card, mistakes are said at their field, it segments (issue 4, item 7).
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect, SAMPLE_SCAN, test } from './app'
import { writeForeignModel } from './foreignFile'
import { labelsIn } from './niftiFile'
import { Window } from './pages'

// In the sample's ground truth.
const LIVER = 1

const field = (page: Page, name: string): Locator => page.locator(`[data-field=${name}]`)

async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
  await field(page, name).getByRole('button').first().click()
  await page.getByRole('menuitemradio', { name: option }).click()
}

test('a network made elsewhere is imported by a form and segments the sample', async ({ launch, folder }) => {
  const file = join(folder, 'body-threshold.onnx')
  await writeForeignModel(file)
  const app = await launch()
  const window = new Window(app)
  const { page } = app
  await window.openSample()

  await test.step('what the file tells is filled in', async () => {
    await app.answerDialogs(file)
    await page.getByTestId('import-model').click()
    await expect(page.getByTestId('import-form')).toBeVisible()
    await expect(page.getByRole('dialog')).toContainText('float32, 1 × 1 × 128 × 128')
    await expect(field(page, 'name').getByRole('textbox')).toHaveValue('body-threshold')
    await expect(field(page, 'licence').getByRole('textbox')).toHaveValue('CC0-1.0')
    await expect(field(page, 'answer')).toContainText('Logits')
    await expect(field(page, 'answer')).toContainText('its last step is Conv')
    await app.screenshot('import-01-form')
  })

  await test.step('what is missing is said at its field', async () => {
    await page.getByTestId('import-run').click()
    await expect(field(page, 'modality').getByRole('alert')).toBeVisible()
    await expect(field(page, 'labels').getByRole('alert')).toContainText('Row 1 has no name')
    await app.screenshot('import-02-missing')
  })

  await test.step('a card that does not fit is refused where it is wrong', async () => {
    await choose(page, 'modality', 'CT')
    await choose(page, 'axes', /^channels, rows, columns/)
    await choose(page, 'answer', /^Probabilities/)
    await choose(page, 'activation', /^One label per pixel/)
    await field(page, 'labels').getByRole('textbox', { name: 'Name of 1' }).fill('Body')
    await choose(page, 'orientation', /^LPS/)
    await choose(page, 'spacingMm', /^The scan’s own/)
    await choose(page, 'clip', /^Cut off/)
    await page.getByLabel('Cut off below').fill('-1000')
    await page.getByLabel('Cut off above').fill('1000')
    await choose(page, 'normalization', /^A range/)
    await expect(page.getByLabel('Becomes 1')).toHaveValue('1000')
    await app.screenshot('import-03-preparation')
    await page.getByTestId('import-run').click()
    await expect(field(page, 'answer').getByRole('alert')).toContainText('logits, not probabilities', {
      timeout: 60_000,
    })
    await app.screenshot('import-04-refused')
  })

  await test.step('with the card put right it is in the list, and its card shows where it is from', async () => {
    await choose(page, 'answer', /^Logits/)
    await page.getByTestId('import-run').click()
    await expect(page.getByTestId('import-form')).toHaveCount(0, { timeout: 60_000 })
    await expect(page.getByRole('dialog')).toContainText('Source: The test that wrote it. Licence: CC0-1.0.')
    await expect(page.getByRole('dialog')).toContainText('made elsewhere')
    await app.screenshot('import-05-card')
    await window.press('Escape')
    await expect(page.getByTestId('segment')).toContainText('body-threshold')
  })

  await test.step('it segments: everything brighter than air, the liver with it', async () => {
    await window.segment()
    await app.screenshot('import-06-proposal')
    await page.getByTestId('proposal-accept').click()
    await expect(page.getByTestId('proposal')).toHaveCount(0)
    const out = join(folder, 'body.nii.gz')
    await window.exportLabels(out)
    const [found, truth] = [await labelsIn(out), await labelsIn(join(SAMPLE_SCAN, '../truth.nii.gz'))]
    const body = await window.labelValue('Body')
    const [liver, both] = [
      truth.filter(value => value === LIVER).length,
      truth.filter((value, n) => value === LIVER && found[n] === body).length,
    ]
    expect(both / liver).toBeGreaterThan(0.999)
    expect(found.filter(value => value === body).length / found.length).toBeLessThan(0.9)
  })

  await test.step('it is still there after the app was closed, until it is removed', async () => {
    await app.quit()
    const again = new Window(await launch({ userData: app.userData, args: ['--sample'] }))
    await again.imageShown()
    await again.page.getByTestId('segment').getByRole('button', { name: 'Model', exact: true }).click()
    await again.page.getByRole('menuitemradio', { name: /body-threshold/ }).click()
    await again.page.getByTestId('segment').getByRole('button', { name: 'Card' }).click()
    await again.page.getByTestId('remove-model').click()
    await expect(again.toast('body-threshold removed from the list of models.')).toBeVisible()
    await expect(again.page.getByTestId('segment')).not.toContainText('body-threshold')
    await again.app.screenshot('import-08-removed')
    await again.toast('removed').getByRole('button', { name: 'Undo' }).click()
    await expect(again.page.getByTestId('segment')).toContainText('body-threshold')
  })
})

test('a file that is no model is named, with the way out', async ({ launch, folder }) => {
  const file = join(folder, 'notes.onnx')
  await writeFile(file, 'these are notes')
  const app = await launch()
  const { page } = app
  await expect(page.getByTestId('welcome')).toBeVisible()
  await app.answerDialogs(file)
  await new Window(app).press('Control+k')
  await page.getByPlaceholder('Find a command').fill('import a segm')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('notes.onnx is not a model')
  await app.screenshot('import-07-no-model')
})
