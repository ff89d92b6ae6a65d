// Training and segmenting across the processes, over the wire: priorities, kills, refusals (CASES E01, E06, E13).
import { existsSync } from 'node:fs'
import { getPriority } from 'node:os'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { ModelCard, SegmentResult } from '#common/ipc/compute'
import type { ProjectState } from '#common/ipc/project'
import type { sampleStudySchema } from '#common/ipc/study'
import type { TrainProgress, TrainResult } from '#common/ipc/training'
import { expect, test, type SagittaApp } from './app'
import { watchResponses } from './responses'
import { ask, heardBy, listen, overhearPort, start, want, wantFromStudy } from './wire'

type Sample = z.infer<typeof sampleStudySchema>

const ANSWERS_WITHIN_MS = 250

const pidOf = (app: SagittaApp, service: string): Promise<number | undefined> =>
  app.electron.evaluate(({ app }, name) => app.getAppMetrics().find(process => process.name === name)?.pid, service)

/** Whether any request to keep the system awake is in force. */
const keptAwake = (app: SagittaApp): Promise<boolean> =>
  app.electron.evaluate(({ powerSaveBlocker }) => [...Array(20).keys()].some(id => powerSaveBlocker.isStarted(id)))

/** A project with the sample's first two patients, their ground truth as complete labels. */
async function sampleProject(app: SagittaApp, folder: string): Promise<ProjectState> {
  const { page } = app
  await overhearPort(page)
  await listen(page)
  const samples = await want<Sample[]>(page, 'study.sample', {})
  await want(page, 'project.create', { folder: join(folder, 'project'), name: 'Phantoms' })
  const two = samples.slice(0, 2)
  await want(page, 'project.add', { paths: two.map(sample => sample.dicomFolder) })
  const state = await want<ProjectState>(page, 'project.current', {})
  for (const { volumeId, path } of state.sources) {
    const { truth } = two.find(sample => path.startsWith(sample.dicomFolder))!
    await wantFromStudy(page, 'voxels.openLabels', { volumeId })
    await wantFromStudy(page, 'voxels.importLabels', { volumeId, path: truth, complete: true })
  }
  return want<ProjectState>(page, 'project.current', {})
}

test('trains in a process of its own, survives its death, and segments with what it made', async ({
  launch,
  folder,
}) => {
  test.setTimeout(600_000)
  const app = await launch()
  const { page } = app
  const project = await sampleProject(app, folder)
  const request = (overrides: object) => ({
    name: 'Trial',
    volumeIds: project.sources.map(source => source.volumeId),
    labels: project.labels.map(label => label.value),
    splitMode: 'patient',
    overrides,
  })

  await test.step('the plan has no refusals', async () => {
    const plan = await want<{ refusals: string[]; cases: unknown[] }>(page, 'training.plan', request({}))
    expect(plan.refusals).toEqual([])
    expect(plan.cases).toHaveLength(2)
  })

  await test.step('a run yields to everything else and keeps the computer awake', async () => {
    expect(await keptAwake(app)).toBe(false)
    const responses = await watchResponses(app)
    const run = start(page, 'training.start', request({ epochs: 50 }))
    await expect
      .poll(async () => (await heardBy<TrainProgress>(page, run.id)).filter(({ kind }) => kind === 'step').length, {
        timeout: 120_000,
      })
      .toBeGreaterThan(3)
    const { mainMs, rendererMs } = await responses.stop()
    expect(mainMs, 'main answers').toBeLessThan(ANSWERS_WITHIN_MS)
    expect(rendererMs, 'the page answers').toBeLessThan(ANSWERS_WITHIN_MS)
    expect(await keptAwake(app)).toBe(true)
    const pid = (await pidOf(app, 'training process'))!
    expect(getPriority(pid)).toBe(10)

    await app.electron.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
    const runs = join(project.folder, 'runs')
    const checkpoint = join(runs, (await readdir(runs))[0]!, 'checkpoint', 'last.ckpt')
    await expect
      .poll(() => existsSync(checkpoint), { message: 'a checkpoint before sleep', timeout: 60_000 })
      .toBe(true)

    process.kill(pid, 'SIGKILL')
    expect(await run.reply).toMatchObject({ type: 'fail', error: { code: 'service-stopped' } })
    await expect
      .poll(() => heardBy(page, 'app.serviceStopped'))
      .toContainEqual(expect.objectContaining({ service: 'training', restarted: false }))
    expect(await keptAwake(app)).toBe(false)
    expect(await pidOf(app, 'training process')).toBeUndefined()
  })

  const result = await test.step('a run goes to its end', async () => {
    const run = await want<TrainResult>(page, 'training.start', request({ epochs: 2, stepsPerEpoch: 10 }))
    expect(run.state).toBe('done')
    expect(await want<unknown[]>(page, 'training.metrics', { run: run.run.split('/').at(-1) })).toHaveLength(2)
    const { models, broken } = await want<{ models: ModelCard[]; broken: unknown[] }>(page, 'models.list', {})
    expect(broken).toEqual([])
    expect(models.map(model => model.path)).toContain(run.model)
    return run
  })

  const [{ volumeId }] = project.sources as [ProjectState['sources'][number]]

  await test.step('its model segments', async () => {
    const made = await want<SegmentResult>(page, 'models.segment', { volumeId, model: result.model })
    expect(made.proposal.volumeId).toBe(volumeId)
    await wantFromStudy(page, 'voxels.proposalSlice', { proposalId: made.proposal.proposalId, k: 48 })
  })

  await test.step('a file that is no model is refused by name', async () => {
    const model = join(folder, 'notes.onnx')
    await writeFile(model, 'not a model')
    const reply = await ask(page, 'models.segment', { volumeId, model })
    expect(reply).toMatchObject({ type: 'fail', error: { code: 'model-invalid' } })
    expect(JSON.stringify(reply)).toContain('notes.onnx')
  })

  await test.step('a killed compute service is started again, and the labels are as they were', async () => {
    const before = await wantFromStudy(page, 'voxels.openLabels', { volumeId })
    const pid = (await pidOf(app, 'compute service'))!
    process.kill(pid, 'SIGKILL')
    await expect
      .poll(() => heardBy(page, 'app.serviceStopped'))
      .toContainEqual(expect.objectContaining({ service: 'compute', restarted: true }))
    await want(page, 'models.segment', { volumeId, model: result.model })
    expect(await wantFromStudy(page, 'voxels.openLabels', { volumeId })).toEqual(before)
  })

  await test.step('a killed study service comes back with the same project open', async () => {
    process.kill((await pidOf(app, 'study service'))!, 'SIGKILL')
    await expect
      .poll(() => heardBy(page, 'app.serviceStopped'), { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ service: 'study', restarted: true }))
    const after = await want<ProjectState>(page, 'project.current', {})
    expect(after.sources.map(source => source.volumeId)).toEqual(project.sources.map(source => source.volumeId))
  })
})

test('slices cross to the page whole and fast', async ({ launch }) => {
  test.setTimeout(180_000)
  const app = await launch()
  const { page } = app
  await overhearPort(page)
  const samples = await want<Sample[]>(page, 'study.sample', {})
  const state = await want<ProjectState>(page, 'project.add', { paths: [samples[0]!.dicomFolder] })
  const [{ volumeId, info }] = state.sources as [ProjectState['sources'][number]]
  await want(page, 'study.load', { volumeId })
  const [columns, rows, slices] = info.size
  const { bytes, ms } = await page.evaluate(
    async ({ volumeId, slices, expected }) => {
      const port = (window as unknown as { voxelsPort: MessagePort }).voxelsPort
      const sliceLength = (k: number): Promise<number> =>
        new Promise(resolve => {
          const id = 2_000_000 + k
          const listener = ({
            data,
          }: MessageEvent<{ id: number; value: { values: ArrayLike<number> & ArrayBufferView } }>): void => {
            if (data.id !== id) return
            port.removeEventListener('message', listener)
            if (data.value.values.length !== expected)
              throw new Error(`Slice ${k} arrived with ${data.value.values.length} values.`)
            resolve(data.value.values.byteLength)
          }
          port.addEventListener('message', listener)
          port.postMessage({ type: 'call', id, channel: 'voxels.slice', input: { volumeId, k } })
        })
      const started = performance.now()
      let bytes = 0
      for (let k = 0; k < slices; k++) bytes += await sliceLength(k)
      return { bytes, ms: performance.now() - started }
    },
    { volumeId, slices, expected: columns * rows },
  )
  console.log(`${slices} slices, ${(bytes / 2 ** 20).toFixed(0)} MiB, in ${ms.toFixed(0)} ms`)
  expect(bytes / 2 ** 20 / (ms / 1000), 'MiB per second').toBeGreaterThan(16)
})
