// The app around the work: start, wire, offline, crashes, second start.
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProviderReport } from '#common/ipc/compute'
import { CONTRACTS } from '#common/ipc/index'
import { channelOf } from '#common/ipc/contract'
import { expect, runOnce, test, type SagittaApp } from './app'
import { Window } from './pages'
import { ask, askStudy, overhearPort, want } from './wire'

const WINDOW_WITHIN_MS = 5000

test('shows its window soon, with nothing open', async ({ launch }) => {
  const started = Date.now()
  const app = await launch()
  await expect(app.page.locator('#app')).not.toBeEmpty()
  expect(Date.now() - started).toBeLessThan(WINDOW_WITHIN_MS)
  await app.screenshot('start')
})

test('every contract entry has a handler behind the bridge', async ({ launch }) => {
  const { page } = await launch()
  await overhearPort(page)
  const wrong = 'an argument no entry takes'
  for (const { domain, entries } of CONTRACTS)
    for (const [name, { kind }] of Object.entries(entries)) {
      if (kind === 'event') continue
      const channel = channelOf(domain, name)
      const reply = await (domain === 'voxels' ? askStudy : ask)(page, channel, wrong)
      expect(reply.type === 'fail' && reply.error.code, channel).toBe('request-invalid')
      expect(reply.type === 'fail' && reply.error.message).toContain(`${channel} was called with wrong arguments`)
    }
  expect(await ask(page, 'app.doesNotExist', {})).toMatchObject({ type: 'fail', error: { code: 'request-invalid' } })
})

test('nothing reaches a network, and the page cannot be led away', async ({ launch }) => {
  const app = await launch()
  const { page } = app
  app.expectProblem(/Content Security Policy/)
  const fetched = await page.evaluate(() =>
    Promise.allSettled(['https://example.org/', 'http://127.0.0.1:9/', 'file:///etc/passwd'].map(url => fetch(url))),
  )
  expect(fetched.map(answer => answer.status)).toEqual(['rejected', 'rejected', 'rejected'])
  const opened = await page.evaluate(() => window.open('https://example.org/'))
  expect(opened).toBeNull()
  await page.evaluate(() => window.location.assign('https://example.org/'))
  await page.waitForTimeout(300)
  expect(page.url()).toMatch(/^app:\/\/sagitta\//)

  const refused = await app.electron.evaluate(({ net }) =>
    net.fetch('https://example.org/').then(() => 'answered', String),
  )
  expect(refused).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(await ask(page, 'app.network', {})).toMatchObject({ type: 'done', value: { blocked: 1 } })
})

test('the page has no Node, no Electron, and no permission to ask for', async ({ launch }) => {
  const { page } = await launch()
  const found = await page.evaluate(() => ['require', 'process', 'module', 'electron'].filter(name => name in window))
  expect(found).toEqual([])
  const bridge = await page.evaluate(() => Object.keys((window as unknown as { sagitta: object }).sagitta))
  expect(bridge.sort()).toEqual(['onMessage', 'pathOf', 'post'])
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied')
})

test('knows the path of a dropped file', async ({ launch, folder }) => {
  const { page } = await launch()
  const file = join(folder, 'IM_0001.dcm')
  await writeFile(file, 'x')
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', id: 'chosen' })
    document.body.append(input)
  })
  await page.setInputFiles('#chosen', file)
  const path = await page.evaluate(() => {
    const { sagitta } = window as unknown as { sagitta: { pathOf(file: File): string } }
    return sagitta.pathOf((document.getElementById('chosen') as HTMLInputElement).files![0]!)
  })
  expect(path).toBe(file)
})

/** The process of a service, as the system knows it. */
const pidOf = (app: SagittaApp, service: string): Promise<number | undefined> =>
  app.electron.evaluate(({ app }, name) => app.getAppMetrics().find(process => process.name === name)?.pid, service)

test('a killed study service comes back, and the page goes on with it', async ({ launch }) => {
  const app = await launch()
  await ask(app.page, 'study.volumes', {})
  const pid = await pidOf(app, 'study service')
  process.kill(pid!, 'SIGKILL')
  await expect.poll(() => pidOf(app, 'study service')).not.toBe(pid)
  await expect.poll(async () => (await ask(app.page, 'study.volumes', {})).type).toBe('done')
})

test('a reloaded page is served again', async ({ launch }) => {
  const { page } = await launch()
  await ask(page, 'app.info', {})
  await page.reload()
  expect(await ask(page, 'app.info', {})).toMatchObject({ type: 'done' })
})

test('the window opens where it was closed', async ({ launch, folder }) => {
  const userData = join(folder, 'data')
  const bounds = { x: 120, y: 60, width: 1100, height: 700 }
  const first = await launch({ userData })
  await first.electron.evaluate(
    ({ BrowserWindow }, given) => BrowserWindow.getAllWindows()[0]!.setBounds(given),
    bounds,
  )
  await first.quit()
  const second = await launch({ userData })
  const found = await second.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())
  expect(found).toEqual(bounds)
})

test('the self-test runs a model in this build and says on what', async ({ folder }) => {
  const { code, stdout } = await runOnce(['--self-test'], join(folder, 'data'))
  expect(code).toBe(0)
  const report = JSON.parse(stdout) as { electron: string; providers: { name: string; usable: boolean }[] }
  expect(report.electron).toMatch(/^\d+\./)
  expect(report.providers).toContainEqual(expect.objectContaining({ name: 'cpu', usable: true }))
})

test('processors are tested once, and again when somebody asks', async ({ launch, folder }) => {
  const userData = join(folder, 'data')
  const file = join(userData, 'processors.json')
  const first = await launch({ userData })
  await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true)
  await first.quit()
  const kept = JSON.parse(await readFile(file, 'utf8')) as { reports: ProviderReport[] }
  kept.reports[0]!.reason = 'found out at the first start'
  await writeFile(file, JSON.stringify(kept))

  const { page } = await launch({ userData })
  const cpu = async (again: boolean) => (await want<ProviderReport[]>(page, 'models.providers', { again }))[0]
  expect(await cpu(false)).toMatchObject({ name: 'cpu', reason: 'found out at the first start' })
  expect(await cpu(true)).toMatchObject({ name: 'cpu', reason: expect.stringMatching(/^the reference, /) })
})

test("a first start shows the sample's first patient while the others are made", async ({ launch, folder }) => {
  const app = await launch({ args: ['--sample'], env: { SAGITTA_SAMPLE: join(folder, 'sample') } })
  const window = new Window(app)
  await window.imageShown()
  const seriesThen = await window.series().count()
  await app.screenshot('first-start')
  expect(seriesThen).toBeLessThan(3)
  await expect(window.series()).toHaveCount(3, { timeout: 60_000 })
})

test("the system's menu runs the page's commands, however early", async ({ launch }) => {
  // The page may not even have loaded: what was chosen must wait for it.
  const { page, electron } = await launch()
  await electron.evaluate(({ Menu }) => {
    const entries = Menu.getApplicationMenu()!.items.flatMap(menu => menu.submenu?.items ?? [])
    const settings = entries.find(({ label }) => label === 'Settings')!
    ;(settings.click as () => void)()
  })
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
})

test('an unreadable settings file is kept aside and said', async ({ launch, folder }) => {
  const userData = join(folder, 'data')
  await mkdir(userData)
  await writeFile(join(userData, 'settings.json'), '{"version":1,')
  const app = await launch({ userData })
  const reply = await ask(app.page, 'app.info', {})
  expect(JSON.stringify(reply)).toContain('settings.json.unreadable-')
})

test('a second start hands its folders to the window that is there', async ({ launch, folder }) => {
  const papers = join(folder, 'papers')
  await mkdir(papers)
  const app = await launch()
  await app.startAgain([papers])
  await expect(app.page.getByTestId('toast')).toContainText(`${papers} holds no images`)
})

test('folders of a second start are kept while the page is loaded anew', async ({ launch, folder }) => {
  const papers = join(folder, 'papers')
  await mkdir(papers)
  const app = await launch()
  await expect(app.page.getByTestId('welcome')).toBeVisible()
  await Promise.all([app.page.reload(), app.startAgain([papers])])
  await expect(app.page.getByTestId('toast')).toContainText(`${papers} holds no images`)
})
