// The latent workspace on the sample study: a small VAE is trained, then its maps and walks are used (issue 6, "Done when").
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './app'
import { ANSWERED_WITHIN_MS, LatentPage, pixels, SLICES, trainCodes } from './latentPage'
import { Window } from './pages'
import { changeSetting } from './settingRows'

test('codes of the sample study: the map leads to slices and slices to the map, decodes are moved, walked, compared, exported', async ({
  launch,
  folder,
}) => {
  test.setTimeout(600_000)
  const app = await launch()
  const window = new Window(app)
  const { page } = app
  const latent = new LatentPage(page)

  await test.step('without a model the way to one is shown', async () => {
    await window.sampleProject('Codes', folder)
    await window.press('Control+4')
    await expect(page.getByTestId('latent-empty')).toContainText('No autoencoder or VAE yet')
    await app.screenshot('latent-01-no-model')
  })

  await test.step('a VAE is trained, an autoencoder beside it', async () => {
    await page.getByTestId('set-up-vae').click()
    await page.getByRole('button', { name: 'Size of an image' }).click()
    await page.getByRole('menuitemradio', { name: '32 × 32 pixels' }).click()
    await page.getByLabel('Name').fill('Slices, VAE')
    await changeSetting(page, 'Epochs', 15)
    await expect(page.getByTestId('train-start')).toHaveAttribute('aria-disabled', 'false', {
      timeout: ANSWERED_WITHIN_MS,
    })
    await page.getByTestId('train-start').click()
    await expect(page.getByTestId('explore-codes')).toBeVisible({ timeout: 3 * ANSWERED_WITHIN_MS })
    await trainCodes(page, 'autoencoder', 'Slices, plain')
    await page.getByTestId('explore-codes').click()
    await expect(page.getByRole('button', { name: 'Model', exact: true })).toContainText('Slices, VAE')
  })

  await test.step('the slices are coded as the model’s own were', async () => {
    await app.screenshot('latent-02-model')
    await page.getByTestId('encode').click()
    await latent.mapped(SLICES)
    await expect(page.getByTestId('code-map')).toHaveAccessibleName(/Map of 312 codes/)
    await app.screenshot('latent-03-map')
  })

  await test.step('the map: three ways to two dimensions, four colours, a class hidden', async () => {
    await expect(latent.rail).toContainText(/Explains \d+ % and \d+ % of the variance/)
    await page.getByRole('radio', { name: 'Two axes' }).click()
    await expect(latent.stage).toContainText(/z\d+ →/)
    await latent.select('Axis across', 'z3')
    await expect(latent.stage).toContainText('z3 →')
    await page.getByRole('radio', { name: 'UMAP' }).click()
    await expect(latent.stage).toContainText('UMAP 1 →', { timeout: ANSWERED_WITHIN_MS })
    await expect(page.getByRole('checkbox', { name: /^Prior/ })).toHaveAttribute('aria-disabled', 'true')
    await app.screenshot('latent-04-umap')
    await page.getByRole('radio', { name: 'PCA' }).click()
    await expect(latent.stage).toContainText('PC 1 →')

    const legend = page.getByTestId('legend')
    await latent.select('Colour by', 'Patient')
    await expect(legend.getByRole('listitem')).toHaveCount(3)
    await latent.select('Colour by', 'Cluster')
    await expect(legend.getByRole('listitem')).toHaveCount(6)
    await latent.select('Colour by', 'Error')
    await expect(legend).toHaveCount(0)
    await page.getByRole('checkbox', { name: 'Error as size' }).click()
    await app.screenshot('latent-05-error')
    await page.getByRole('checkbox', { name: 'Error as size' }).click()
    await latent.select('Colour by', 'Label')
    await expect(legend).toContainText('Liver')
    await page.getByRole('button', { name: 'Show Liver' }).click()
    await expect(page.getByRole('button', { name: 'Show Liver' })).toHaveAttribute('aria-pressed', 'false')
    await latent.around('rectangle')
    const without = await latent.chosen()
    await page.getByRole('button', { name: 'Show Liver' }).click()
    await latent.around('rectangle')
    expect(await latent.chosen()).toBe(SLICES)
    expect(without).toBeLessThan(SLICES)
    await legend.getByRole('button', { name: /^Liver/ }).click()
    await expect(latent.rail.getByRole('heading', { name: 'Liver' })).toBeVisible()
  })

  await test.step('lines: prior and aggregate posterior come and go', async () => {
    await expect(latent.stage.locator('.prior')).toHaveCount(2)
    await expect(latent.stage.locator('.density')).toHaveCount(2)
    await page.getByRole('checkbox', { name: /^Prior/ }).click()
    await page.getByRole('checkbox', { name: /^Aggregate/ }).click()
    await expect(latent.stage.locator('.prior')).toHaveCount(0)
    await expect(latent.stage.locator('.density')).toHaveCount(0)
    await page.getByRole('checkbox', { name: /^Prior/ }).click()
    await page.getByRole('checkbox', { name: /^Aggregate/ }).click()
  })

  await test.step('a lasso chooses; the next chosen image opens at its slice', async () => {
    await latent.around('lasso', 0.16)
    const chosen = await latent.chosen()
    expect(chosen).toBeGreaterThan(0)
    expect(chosen).toBeLessThan(SLICES)
    await app.screenshot('latent-06-lasso')
    await page.getByTestId('open-chosen').click()
    await latent.showsOpened()
  })

  const firstTitle =
    await test.step('hover decodes; a click opens the source slice at its place in the viewer', async () => {
      await window.press('Escape')
      await window.press('p')
      await latent.map.focus()
      await window.press('ArrowRight')
      const ring = await latent.ring()
      await page.mouse.move(...ring)
      await expect(page.getByTestId('hover-card')).toContainText(/slice \d+/)
      await expect(page.getByTestId('hover-card').locator('canvas')).toBeVisible()
      await app.screenshot('latent-07-hover')
      const said = /slice (\d+)/.exec((await page.getByTestId('hover-card').textContent()) ?? '')![1]
      await page.mouse.click(...ring)
      await expect(window.viewport).toHaveAttribute('data-shown', String(Number(said) - 1))
      await expect(page.getByTestId('patch-box')).toBeVisible()
      await expect(page.getByTestId('triplet')).toContainText(/Error\s*[\d.]+/)
      await app.screenshot('latent-08-opened')
      return latent.showsOpened()
    })

  await test.step('a region dragged with Shift lights its points, in this slice and no other', async () => {
    await page.keyboard.down('Shift')
    await window.drag([
      [0.4, 0.4],
      [0.6, 0.6],
    ])
    await page.keyboard.up('Shift')
    await expect(page.getByTestId('chosen-count')).toHaveText('1 image')
    await expect(latent.rail).toContainText('Region')
    await app.screenshot('latent-09-region')
    await window.press('Escape')
    await page.getByTestId('light-slice').click()
    await expect(page.getByTestId('chosen-count')).toHaveText('1 image')
    await window.press('Escape')
  })

  await test.step('nearest neighbours with distances; one of them opens', async () => {
    const near = page.getByTestId('nearest').getByRole('button')
    await expect(near).toHaveCount(6)
    const distances = (await near.allTextContents()).map(Number)
    expect(distances.every(distance => distance > 0)).toBe(true)
    expect([...distances].sort((a, b) => a - b)).toEqual(distances)
    await page.getByTestId('end-a').click()
    await near.last().click()
    expect(await latent.showsOpened()).not.toBe(firstTitle)
    await page.getByTestId('end-b').click()
  })

  await test.step('a path between the two, straight and along the sphere', async () => {
    const ways = page.getByTestId('ways')
    await expect(ways.getByRole('button', { name: /^Linear, step/ })).toHaveCount(11)
    await expect(ways.getByRole('button', { name: /^Spherical, step/ })).toHaveCount(11)
    await expect(latent.stage.locator('.way')).toHaveCount(2)
    await ways.getByRole('button', { name: 'Spherical, step 6 of 11' }).click()
    await expect(latent.traverse).toContainText(/16 of 16 changed/)
    await app.screenshot('latent-10-path')
  })

  await test.step('traverse: units are moved, and reset', async () => {
    const picture = latent.traverse.getByRole('img', { name: 'What the moved code decodes to' }).locator('canvas')
    await page.getByTestId('traverse-reset').click()
    await expect(latent.traverse).toContainText('0 of 16 changed')
    const before = await pixels(picture)
    const slider = page.getByTestId('unit').first().getByRole('slider')
    await slider.focus()
    for (let step = 0; step < 6; step++) await window.press('Shift+ArrowRight')
    await expect(latent.traverse).toContainText('1 of 16 changed')
    await expect.poll(() => pixels(picture)).not.toBe(before)
    await page.getByTestId('unit').nth(1).getByRole('textbox').fill('1.5')
    await page.getByTestId('unit').nth(1).getByRole('textbox').press('Enter')
    await expect(latent.traverse).toContainText('2 of 16 changed')
    await app.screenshot('latent-11-traverse')
    await page.getByTestId('traverse-reset').click()
    await expect.poll(() => pixels(picture)).toBe(before)
    await latent.select('Order of units', 'By number')
    await expect(page.getByTestId('unit').first()).toContainText('z1')
  })

  await test.step('the manifold: other units, other spacing, a cell is taken', async () => {
    const grid = page.getByTestId('manifold')
    await latent.select('Unit across', 'z2')
    await page.getByRole('radio', { name: 'By share' }).click()
    await expect(grid.getByRole('button')).toHaveCount(81)
    await grid.getByRole('button').first().click()
    await expect(latent.traverse).toContainText(/[12] of 16 changed/)
    await app.screenshot('latent-12-manifold')
    await latent.traverse.getByRole('button', { name: 'Nearest' }).click()
    await latent.showsOpened()
  })

  await test.step('samples: the same seed draws the same', async () => {
    const sample = page.getByTestId('samples').locator('canvas').first()
    await expect(sample).toBeVisible()
    const of7 = await pixels(sample)
    await page.getByTestId('redraw').click()
    await expect(page.getByLabel('Seed', { exact: true })).toHaveValue('8')
    await expect.poll(() => pixels(sample)).not.toBe(of7)
    await page.getByLabel('Seed', { exact: true }).fill('7')
    await page.getByLabel('Seed', { exact: true }).press('Enter')
    await expect.poll(() => pixels(sample)).toBe(of7)
  })

  await test.step('what regularising bought, beside the autoencoder', async () => {
    await page.getByTestId('measure').click()
    const table = page.getByTestId('comparison')
    await expect(table.getByRole('columnheader')).toHaveCount(2, { timeout: ANSWERED_WITHIN_MS })
    await latent.select('Compare with', /Slices, plain/)
    await expect(table.getByRole('columnheader')).toHaveCount(3, { timeout: ANSWERED_WITHIN_MS })
    await expect(table.getByRole('row').filter({ hasText: 'Plausible' })).toContainText(/\d+ %\s*\d+ %/)
    await table.scrollIntoViewIfNeeded()
    await app.screenshot('latent-13-comparison')
  })

  await test.step('export: pictures only when they are asked for', async () => {
    const [plain, pictures] = [join(folder, 'plain'), join(folder, 'pictures')]
    await latent.export(window, plain)
    const files = (await readdir(plain)).sort()
    expect(files).toEqual(['codes.csv', 'codes.npy', 'projection.csv'])
    expect((await readFile(join(plain, 'codes.csv'), 'utf8')).trim().split('\n')).toHaveLength(SLICES + 1)
    expect((await readFile(join(plain, 'codes.npy'))).subarray(1, 6).toString('latin1')).toBe('NUMPY')
    await latent.export(window, pictures, async dialog => {
      await expect(dialog).not.toContainText('The pictures show patients.')
      await dialog.getByRole('checkbox', { name: /pictures\.png/ }).click()
      await expect(dialog).toContainText('The pictures show patients.')
      await app.screenshot('latent-14-export')
    })
    expect(await readdir(pictures)).toContain('pictures.png')
    expect((await readFile(join(pictures, 'pictures.png'))).subarray(1, 4).toString('latin1')).toBe('PNG')
  })

  await test.step('patches instead of slices, though the model knew none: said, and undone', async () => {
    await page.getByTestId('change-images').click()
    await page.getByRole('radio', { name: 'Patches' }).click()
    await expect(latent.rail).toContainText('The model was trained on slices, resized.')
    await page.getByLabel('Step from patch to patch').fill('64')
    await page.getByLabel('Step from patch to patch').press('Enter')
    await page.getByTestId('encode').click()
    await expect.poll(() => latent.count(), { timeout: ANSWERED_WITHIN_MS }).toBeGreaterThan(SLICES)
    await latent.map.focus()
    await window.press('ArrowRight')
    await window.press('Enter')
    await latent.showsOpened()
    await expect(page.getByTestId('patch-box')).toBeVisible()
    await page.keyboard.down('Shift')
    await window.drag([
      [0.45, 0.45],
      [0.6, 0.6],
    ])
    await page.keyboard.up('Shift')
    await expect(page.getByTestId('chosen-count')).toHaveText(/^\d images?$|^1\d images$/)
    await app.screenshot('latent-15-patches')
  })

  await test.step('the theme and a narrow window hold', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1100, 700))
    await expect(page.getByTestId('code-map')).toBeVisible()
    await app.screenshot('latent-16-narrow')
  })

  await test.step('the opened slice goes on in Annotate', async () => {
    const shown = await window.viewport.getAttribute('data-shown')
    await page.getByRole('region', { name: 'Source slice' }).getByRole('button', { name: 'Annotate' }).click()
    await expect(page.getByRole('tab', { name: 'Annotate' })).toHaveAttribute('aria-selected', 'true')
    await expect(window.viewport).toHaveAttribute('data-shown', shown!)
  })
})
