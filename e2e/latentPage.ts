// The latent workspace as a person uses it, as verbs; and models of codes trained by the app's own call, for specs that are not about training.
import { expect, type Locator, type Page } from '@playwright/test'
import type { ProjectState } from '#common/ipc/project'
import type { Window } from './pages'
import { want } from './wire'

/** Slices of the sample study. */
export const SLICES = 312
/** A busy machine takes longer than an idle one's few seconds. */
export const ANSWERED_WITHIN_MS = 60_000

export class LatentPage {
  readonly map: Locator
  readonly stage: Locator
  readonly rail: Locator
  readonly traverse: Locator

  constructor(private readonly page: Page) {
    this.map = page.getByTestId('code-map')
    this.stage = page.getByRole('region', { name: 'Map of codes' })
    this.rail = page.getByRole('complementary', { name: 'Model, images and map' })
    this.traverse = page.getByRole('region', { name: 'Traverse' })
  }

  async count(): Promise<number> {
    return Number(await this.map.getAttribute('data-points', { timeout: ANSWERED_WITHIN_MS }))
  }

  async mapped(count: number): Promise<void> {
    await expect(this.map).toHaveAttribute('data-points', String(count), { timeout: ANSWERED_WITHIN_MS })
  }

  async select(label: string, option: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name: label, exact: true }).click()
    const name = typeof option === 'string' ? new RegExp(`^${option}$`) : option
    await this.page.getByRole('menuitemradio', { name }).click()
  }

  /** Draws round the middle of the map; `share` of its width and height on either side. */
  async around(tool: 'lasso' | 'rectangle', share = 0.49): Promise<void> {
    await this.page.getByRole('radio', { name: new RegExp(`with a ${tool}`) }).click()
    const box = (await this.map.boundingBox())!
    const at = (x: number, y: number): [number, number] => [
      box.x + box.width * (0.5 + share * x),
      box.y + box.height * (0.5 + share * y),
    ]
    const { mouse } = this.page
    await mouse.move(...at(-1, -1))
    await mouse.down()
    if (tool === 'lasso')
      for (const corner of [at(1, -1), at(1, 1), at(-1, 1)]) await mouse.move(...corner, { steps: 4 })
    else await mouse.move(...at(1, 1), { steps: 4 })
    await mouse.up()
  }

  async chosen(): Promise<number> {
    return Number(/\d+/.exec((await this.page.getByTestId('chosen-count').textContent()) ?? '')?.[0])
  }

  /** Where the point under keys or pointer lies on the screen. */
  async ring(): Promise<[number, number]> {
    const box = (await this.stage.locator('circle.ring').boundingBox())!
    return [box.x + box.width / 2, box.y + box.height / 2]
  }

  /** The viewer stands on the slice that the map says is opened. @returns its title. */
  async showsOpened(): Promise<string> {
    const title = (await this.stage.locator('.opened').textContent()) ?? ''
    const slice = Number(/slice (\d+)/.exec(title)?.[1])
    await expect(this.page.getByTestId('viewport')).toHaveAttribute('data-shown', String(slice - 1))
    return title
  }

  group(name: string): Locator {
    return this.page.getByTestId('group').filter({ hasText: name })
  }

  /** The chosen images get a name. */
  async nameGroup(name: string): Promise<void> {
    await this.page.getByTestId('name-group').click()
    await this.page.getByLabel('Name of the group').fill(name)
    await this.page.getByLabel('Name of the group').press('Enter')
  }

  async export(window: Window, out: string, change: (dialog: Locator) => Promise<void> = async () => undefined) {
    await window.app.answerDialogs(out)
    await this.page.getByRole('button', { name: 'Export codes' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Export codes' })
    await change(dialog)
    await this.page.getByTestId('export-run').click()
    await expect(dialog).toHaveCount(0, { timeout: ANSWERED_WITHIN_MS })
    await expect(window.toast(/files written/).last()).toBeVisible()
  }
}

/** What a small canvas shows, as a data URL. */
export const pixels = (canvas: Locator): Promise<string> =>
  canvas.evaluate(element => (element as HTMLCanvasElement).toDataURL())

/** Of all slices of the open project, 32 x 32. */
export async function trainCodes(page: Page, task: 'autoencoder' | 'vae', name: string): Promise<void> {
  const { sources } = await want<ProjectState>(page, 'project.current', {})
  await want(page, 'latent.train', {
    config: {
      ...{ task, name, batch: 16, epochs: 15, provider: 'cpu' },
      dataset: {
        ...{ kind: 'studies', unit: 'slices', size: [32, 32], crop: { above: -500 } },
        cases: sources.map(({ volumeId, info }) => ({ id: volumeId, patient: info.patientId, image: volumeId })),
      },
      split: { validationFraction: 0.34 },
      scale: { low: -160, high: 240 },
      model:
        task === 'vae'
          ? { latent: 16, network: { kind: 'dense', widths: [256] } }
          : { kind: 'dense', widths: [256, 16], outputActivation: 'sigmoid' },
    },
  })
}
