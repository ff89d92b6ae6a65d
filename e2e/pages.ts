// What a person does in the window, as verbs: the specs read like the job, the selectors live here.
import { expect, type Locator, type Page } from '@playwright/test'
import type { SagittaApp } from './app'

/** Where something lies in the view, as shares of its width and height. */
export type Share = readonly [x: number, y: number]

export class Window {
  readonly page: Page
  readonly viewport: Locator

  constructor(readonly app: SagittaApp) {
    this.page = app.page
    this.viewport = this.page.getByTestId('viewport')
  }

  /* ---------- opening ---------- */
  async openSample(): Promise<void> {
    await this.page.getByTestId('open-sample').click()
    await this.imageShown()
  }

  /** The slice that is wanted is on screen. */
  async imageShown(): Promise<void> {
    await expect(this.viewport).toHaveAttribute('data-shown', /^\d+$/, { timeout: 60_000 })
  }

  series(): Locator {
    return this.page.getByTestId('series')
  }

  async openSeries(at: number): Promise<void> {
    await this.series().nth(at).getByRole('button').first().click()
    await this.imageShown()
  }

  /* ---------- viewing ---------- */
  async sliceNumber(): Promise<number> {
    return Number(/^\s*(\d+)/.exec((await this.page.getByTestId('slice-number').textContent()) ?? '')?.[1])
  }

  async goToSlice(number: number): Promise<void> {
    await this.viewport.focus()
    await this.page.keyboard.press('Home')
    for (let step = 1; step < number; step++) await this.page.keyboard.press('PageDown')
    await expect(this.viewport).toHaveAttribute('data-shown', String(number - 1))
  }

  private async at([x, y]: Share): Promise<[number, number]> {
    const box = (await this.viewport.boundingBox())!
    return [box.x + box.width * x, box.y + box.height * y]
  }

  async hover(place: Share): Promise<void> {
    const [x, y] = await this.at(place)
    await this.page.mouse.move(x, y)
  }

  async scroll(notches: number): Promise<void> {
    await this.page.mouse.wheel(0, notches * 100)
  }

  async drag(path: readonly Share[], button: 'left' | 'middle' | 'right' = 'left'): Promise<void> {
    const points = await Promise.all(path.map(place => this.at(place)))
    await this.page.mouse.move(...points[0]!)
    await this.page.mouse.down({ button })
    for (const point of points.slice(1)) await this.page.mouse.move(...point, { steps: 8 })
    await this.page.mouse.up({ button })
  }

  /** Voxel (i, j, k) under the pointer, as the status bar says it. */
  async voxel(): Promise<number[]> {
    const text = (await this.page.getByTestId('readout-voxel').textContent()) ?? ''
    return (text.match(/\d+/g) ?? []).map(Number)
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys)
  }

  /* ---------- drawing ---------- */
  journal(): Locator {
    return this.page.getByRole('region', { name: 'Journal' }).getByRole('listitem')
  }

  async stroke(path: readonly Share[]): Promise<void> {
    const before = await this.journal().count()
    await this.drag(path)
    await expect.poll(() => this.journal().count()).toBeGreaterThan(before)
  }

  label(name: string): Locator {
    return this.page.getByRole('listbox', { name: 'Labels' }).getByRole('option').filter({ hasText: name })
  }

  /** The value a label has in voxels and in exported files, as its row says. */
  async labelValue(name: string): Promise<number> {
    return Number(/^\s*(\d+)/.exec((await this.label(name).textContent()) ?? '')?.[1])
  }

  /** mL of a label as its row says, or null for none. */
  async millilitres(name: string): Promise<number | null> {
    const text = (await this.label(name).textContent()) ?? ''
    const found = /([\d\u202f.]+)\s*mL/.exec(text)
    return found ? Number(found[1]!.replaceAll('\u202f', '')) : null
  }

  /* ---------- project ---------- */
  async saveAsProject(name: string, parent: string): Promise<void> {
    await this.app.answerDialogs(parent)
    await this.press('Control+Shift+S')
    await this.page.getByTestId('project-name').fill(name)
    await this.page.getByTestId('project-folder').click()
    await this.page.getByTestId('project-write').click()
    await expect(this.page.getByTestId('project-menu')).toContainText(name)
  }

  /** The sample study as a project of its own, its three patients with their target maps; the window stands in Train. */
  async sampleProject(name: string, folder: string): Promise<void> {
    await this.openSample()
    await expect(this.series()).toHaveCount(3, { timeout: 60_000 })
    await this.saveAsProject(name, folder)
    await this.workspace('Train')
    await this.page.getByTestId('take-truth').click()
    await expect(this.page.getByTestId('case')).toHaveCount(3, { timeout: 60_000 })
  }

  async openProject(folder: string): Promise<void> {
    await this.app.answerDialogs(folder)
    await this.press('Control+Shift+O')
  }

  async workspace(name: 'Annotate' | 'Train' | 'Latent'): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }

  toast(text: RegExp | string): Locator {
    return this.page.getByTestId('toast').filter({ hasText: text })
  }

  async exportLabels(out: string): Promise<void> {
    await this.app.answerDialogs(out)
    await this.press('Control+E')
    await expect(this.toast('verified')).toBeVisible({ timeout: 30_000 })
  }

  /* ---------- models ---------- */
  async segment(): Promise<void> {
    await this.page.getByTestId('segment-run').click()
    await expect(this.page.getByTestId('proposal')).toBeVisible({ timeout: 120_000 })
  }
}
