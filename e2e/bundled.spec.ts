// A clinician's way: a scan, no project, the model that ships, one button, the mL, an export (issue 3, items 7 and 8).
import { join } from 'node:path'
import { expect, SAMPLE_SCAN, test } from './app'
import { diceOf, labelsIn } from './niftiFile'
import { Window } from './pages'

// In the sample's ground truth.
const LIVER = 1
const LESION = 2

test('a scan is segmented by the model on board and exported, without any project', async ({ launch, folder }) => {
  const app = await launch()
  const window = new Window(app)
  await expect(app.page.getByTestId('welcome')).toContainText('Body phantom', { timeout: 60_000 })
  await app.screenshot('bundled-welcome')
  await window.openSample()
  await expect(window.series()).toHaveCount(3, { timeout: 60_000 })

  await window.segment()
  await app.screenshot('bundled-proposal')
  await app.page.getByTestId('proposal-accept').click()
  await expect(app.page.getByTestId('proposal')).toHaveCount(0)
  expect(await window.millilitres('Liver')).toBeGreaterThan(800)
  await app.screenshot('bundled-accepted')

  const out = join(folder, 'liver.nii.gz')
  await window.exportLabels(out)
  const values = [await window.labelValue('Liver'), await window.labelValue('Lesion')] as const
  const [found, truth] = [await labelsIn(out), await labelsIn(join(SAMPLE_SCAN, '../truth.nii.gz'))]
  expect(found.length).toBe(truth.length)
  expect(diceOf(found, values[0], truth, LIVER)).toBeGreaterThan(0.95)
  expect(diceOf(found, values[1], truth, LESION)).toBeGreaterThan(0.8)
})
