// What the latent workspace finds and keeps, on the sample study: what does not belong, where a model and the hand disagree, named groups and sums of codes.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import type { z } from 'zod'
import { LIVER, SPLEEN } from '#common/phantom/labels'
import type { ImageGroup, ProjectState } from '#common/ipc/project'
import type { sampleStudySchema } from '#common/ipc/study'
import type { LabelMapState } from '#common/ipc/voxels'
import { expect, test } from './app'
import { ANSWERED_WITHIN_MS, LatentPage, pixels, SLICES, trainCodes } from './latentPage'
import { Window } from './pages'
import { overhearPort, want, wantFromStudy } from './wire'

type Samples = z.infer<typeof sampleStudySchema>[]

/** The comparison segments three hundred slices, beside other work. */
const COMPARED_WITHIN_MS = 300_000
const DECODED_WITHIN_MS = 500

test('what does not belong is found, by codes and by a model beside the hand; groups are kept, coloured by, and added', async ({
  launch,
  folder,
}) => {
  test.setTimeout(600_000)
  const app = await launch()
  const window = new Window(app)
  const { page } = app
  const latent = new LatentPage(page)

  await test.step('the sample with its labels, one patient’s wrong, one patient’s not reviewed', async () => {
    await window.sampleProject('Findings', folder)
    await expect(window.toast('3 target maps taken.')).toBeVisible({ timeout: ANSWERED_WITHIN_MS })
    await overhearPort(page)
    await spoilLabels(page, folder)
    await trainCodes(page, 'vae', 'Slices, VAE')
    await window.imageShown()
    await window.press('Control+4')
    await page.getByTestId('encode').click()
    await latent.mapped(SLICES)
  })

  await test.step('ranked with reasons, series to look at first, ROC of a label', async () => {
    await page.getByRole('radio', { name: 'Conspicuous' }).click()
    await latent.select('Anomalous label', 'Lung')
    await page.getByTestId('rank').click()
    await expect(page.getByTestId('conspicuous')).toHaveCount(12, { timeout: ANSWERED_WITHIN_MS })
    await expect(page.getByTestId('queued-case')).toHaveCount(3)
    await expect(page.getByTestId('compared')).toHaveCount(0)
    await expect(page.getByTestId('threshold')).toContainText(/95 % of the normal images have an error below [\d.]+/)
    await expect(page.getByTestId('roc')).toContainText(/AUC 0\.\d+/)
    await page.getByTestId('conspicuous').nth(1).click()
    await latent.showsOpened()
    await page.getByTestId('queued-case').first().click()
    await latent.showsOpened()
    await page.getByTestId('error-over').click()
    await expect(page.getByTestId('error-overlay').locator('canvas')).toBeVisible()
    await app.screenshot('latent-17-conspicuous')
    await page.getByTestId('error-over').click()
    await expect(page.getByTestId('error-overlay')).toHaveCount(0)
    await latent.select('Normal images', /^Chiara/)
    await page.getByTestId('rank').click()
    await expect(page.getByText(/Chiara.* has no slice that is known to be free of Lung/)).toBeVisible({
      timeout: ANSWERED_WITHIN_MS,
    })
    await latent.select('Normal images', /^Anna/)
    await page.getByTestId('rank').click()
    await expect(page.getByTestId('threshold')).toBeVisible({ timeout: ANSWERED_WITHIN_MS })
    await latent.select('Normal images', /^Held out/)
  })

  const sources = async () => (await want<ProjectState>(page, 'project.current', {})).sources
  const handLabels = async (): Promise<LabelMapState[]> =>
    Promise.all(
      (await sources()).map(({ volumeId }) => wantFromStudy<LabelMapState>(page, 'voxels.openLabels', { volumeId })),
    )

  await test.step('a model beside the hand: decoding stays live, the comparison can be stopped', async () => {
    await latent.select('Model to compare the hand labels with', /phantom/i)
    await page.getByTestId('rank').click()
    await expect(page.getByTestId('rank-progress')).toContainText(/series 1 of 2, segmenting/, {
      timeout: ANSWERED_WITHIN_MS,
    })
    await app.screenshot('latent-18-comparing')
    const times: number[] = []
    const { models } = await want<{ models: { path: string; task: string }[] }>(page, 'models.list', {})
    const model = models.find(({ task }) => task === 'vae')!.path
    for (let seed = 0; seed < 10; seed++) {
      const started = Date.now()
      await want(page, 'latent.sample', { model, count: 1, seed, fittedTo: null })
      times.push(Date.now() - started)
    }
    expect(times.sort((a, b) => a - b)[5]).toBeLessThan(DECODED_WITHIN_MS)
    await page.getByTestId('rank-stop').click()
    await expect(page.getByTestId('rank')).toBeVisible({ timeout: ANSWERED_WITHIN_MS })
    await expect(page.getByTestId('queued-case')).toHaveCount(0)
  })

  await test.step('where they disagree comes first, with the reason; what was not compared says why', async () => {
    const before = { labels: await handLabels(), table: (await want<ProjectState>(page, 'project.current', {})).labels }
    await page.getByTestId('rank').click()
    await expect(page.getByTestId('compared')).toContainText('compared on 2 of 3 series', {
      timeout: COMPARED_WITHIN_MS,
    })
    await expect(page.getByTestId('compared')).toContainText(/Chiara.*: none of its slices is marked complete/)
    const first = page.getByTestId('queued-case').first()
    await expect(first).toContainText('Bruno')
    await expect(first).toContainText(/Model and hand disagree on it \(Dice 0\.\d+\)/)
    await expect(first.getByTestId('agreement')).toContainText(
      /Least (Liver|Spleen) 0\.\d+, over \d+ complete slices; most on slice \d+/,
    )
    await expect(page.getByTestId('agreement')).toHaveCount(2)
    await page.getByTestId('compared').scrollIntoViewIfNeeded()
    await app.screenshot('latent-19-disagreement')
    expect(await handLabels()).toEqual(before.labels)
    expect((await want<ProjectState>(page, 'project.current', {})).labels).toEqual(before.table)
    const worst = Number(/most on slice (\d+)/.exec((await first.textContent()) ?? '')?.[1])
    await first.click()
    expect(await latent.showsOpened()).toContain(`slice ${worst}`)
    await app.screenshot('latent-23-worst-slice')
    // Nothing has changed since: nothing is segmented again.
    await page.getByTestId('rank').click()
    await expect(page.getByTestId('compared')).toBeVisible({ timeout: ANSWERED_WITHIN_MS })
    await page.getByRole('radio', { name: 'Units' }).click()
  })

  await test.step('what is chosen gets a name; a second group may not have the same', async () => {
    await window.press('Escape')
    await page.getByTestId('legend').getByRole('button', { name: /^Lung/ }).click()
    await latent.nameGroup('Chest')
    await expect(latent.group('Chest')).toBeVisible()
    await window.press('Escape')
    await latent.around('lasso', 0.16)
    await page.getByTestId('name-group').click()
    await page.getByLabel('Name of the group').fill('chest')
    await expect(latent.rail).toContainText('Another group has this name.')
    await app.screenshot('latent-20-name-taken')
    await page.getByLabel('Name of the group').fill('Middle')
    await page.getByLabel('Name of the group').press('Enter')
    await expect(page.getByTestId('group')).toHaveCount(2)
    const { folder: place } = await want<ProjectState>(page, 'project.current', {})
    const kept = JSON.parse(await readFile(join(place, 'groups.json'), 'utf8')) as { groups: ImageGroup[] }
    expect(kept.groups.map(({ name, of }) => [name, of])).toEqual([
      ['Chest', 'project'],
      ['Middle', 'project'],
    ])
  })

  await test.step('groups colour the map, are chosen by a click, renamed, removed and brought back', async () => {
    await latent.select('Colour by', 'Group')
    await expect(page.getByTestId('legend')).toContainText('No group')
    await expect(page.getByTestId('legend').getByRole('listitem')).toHaveCount(3)
    await latent.group('Chest').getByRole('button', { name: 'Rename Chest' }).click()
    await page.getByLabel('Name of the group').fill('Lungs')
    await page.getByLabel('Name of the group').press('Enter')
    await expect(page.getByTestId('legend')).toContainText('Lungs')
    await latent.group('Middle').getByRole('button').first().click()
    await expect(latent.rail.getByRole('heading', { name: 'Middle' })).toBeVisible()
    await app.screenshot('latent-21-groups')
    await latent.group('Middle').getByRole('button', { name: 'Remove the group Middle' }).click()
    await expect(page.getByTestId('group')).toHaveCount(1)
    await window.toast('The group Middle is no more.').getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByTestId('group')).toHaveCount(2)
  })

  await test.step('here + group − group: the decode of the sum stands in Traverse', async () => {
    await window.press('Escape')
    const picture = latent.traverse.getByRole('img', { name: 'What the moved code decodes to' }).locator('canvas')
    const before = await pixels(picture)
    await latent.select('Group to add', /^Lungs/)
    await latent.select('Group to take away', /^Liver/)
    const amount = page.getByRole('slider', { name: 'Amount of the difference' })
    await amount.scrollIntoViewIfNeeded()
    await amount.focus()
    for (let step = 0; step < 6; step++) await window.press('Shift+ArrowRight')
    await expect(latent.traverse).toContainText('16 of 16 changed')
    await expect.poll(() => pixels(picture)).not.toBe(before)
    await expect(page.getByRole('textbox', { name: 'Amount of the difference' })).toHaveValue('0.6')
    await app.screenshot('latent-22-arithmetic')
    await page.getByTestId('traverse-reset').click()
    await expect(page.getByRole('textbox', { name: 'Amount of the difference' })).toHaveValue('0')
    await expect.poll(() => pixels(picture)).toBe(before)
  })

  await test.step('groups are there again after the window was opened anew', async () => {
    await page.reload()
    await window.imageShown()
    await window.press('Control+4')
    await page.getByTestId('encode').click()
    await latent.mapped(SLICES)
    await expect(page.getByTestId('group')).toHaveCount(2)
  })
})

/** Bruno's liver becomes spleen on every slice; of Chiara's slices none is complete any more. */
async function spoilLabels(page: Page, folder: string): Promise<void> {
  const samples = await want<Samples>(page, 'study.sample', {})
  const { sources } = await want<ProjectState>(page, 'project.current', {})
  const volumeOf = (patientName: RegExp) => {
    const { patientId, truth } = samples.find(sample => patientName.test(sample.patientName))!
    return { truth, ...sources.find(({ info }) => info.patientId === patientId)! }
  }
  const bruno = volumeOf(/Bruno/)
  const bytes = gunzipSync(await readFile(bruno.truth))
  for (let n = 352; n < bytes.length; n++) if (bytes[n] === LIVER) bytes[n] = SPLEEN
  const wrong = join(folder, 'wrong.nii.gz')
  await writeFile(wrong, gzipSync(bytes))
  await wantFromStudy(page, 'voxels.importLabels', { volumeId: bruno.volumeId, path: wrong, complete: true })
  const { volumeId, info } = volumeOf(/Chiara/)
  await wantFromStudy(page, 'voxels.setSliceState', {
    ...{ volumeId, slices: Array.from({ length: info.size[2] }, (_, k) => k), state: 'untouched' },
  })
}
