// Codes across the processes, over the wire: volumes are prepared, a VAE trains in its own process, the explorer answers meanwhile.
import { join } from 'node:path'
import type { z } from 'zod'
import type { ModelCard } from '#common/ipc/compute'
import type { Codes, LatentPlan, Pictures } from '#common/ipc/latent'
import type { ProjectState } from '#common/ipc/project'
import type { sampleStudySchema } from '#common/ipc/study'
import type { TrainProgress, TrainResult } from '#common/ipc/training'
import { expect, test } from './app'
import { ask, heardBy, listen, start, want } from './wire'

type Sample = z.infer<typeof sampleStudySchema>

const DECODED_WITHIN_MS = 500

test('slices become codes that lead back to their voxels, and decoding stays live while another model trains', async ({
  launch,
  folder,
}) => {
  test.setTimeout(300_000)
  const { page } = await launch()
  await listen(page)
  const samples = await want<Sample[]>(page, 'study.sample', {})
  await want(page, 'project.create', { folder: join(folder, 'project'), name: 'Codes' })
  await want(page, 'project.add', { paths: samples.slice(0, 2).map(sample => sample.dicomFolder) })
  const { sources } = await want<ProjectState>(page, 'project.current', {})
  const dataset = {
    kind: 'studies',
    unit: 'slices',
    size: [32, 32],
    cases: sources.map(({ volumeId, info }) => ({ id: volumeId, patient: info.patientId, image: volumeId })),
  }
  const config = (changes: object) => ({
    ...{
      task: 'vae',
      name: 'Trial',
      dataset,
      split: { validationFraction: 0.4 },
      batch: 16,
      epochs: 2,
      provider: 'cpu',
    },
    ...{ scale: { low: -200, high: 300 }, model: { latent: 8, network: { kind: 'dense', widths: [64] } } },
    ...changes,
  })

  await test.step('the plan counts images and parameters, or says why not', async () => {
    const plan = await want<LatentPlan>(page, 'latent.plan', { config: config({}) })
    expect(plan.refusals).toEqual([])
    expect(plan.images.shape).toEqual([1, 32, 32])
    expect(plan.parameters).toBeGreaterThan(100_000)
    const wide = await want<LatentPlan>(page, 'latent.plan', { config: config({ model: { latent: 2000 } }) })
    expect(wide.refusals).toEqual([expect.stringContaining('2000 units')])
  })

  const model = await test.step('a run ends with a model that the app lists', async () => {
    const run = await want<TrainResult>(page, 'latent.train', { config: config({}) })
    expect(run.state).toBe('done')
    const curves = await want<{ stage: string; rows: unknown[] }[]>(page, 'latent.curves', {
      run: run.run.split('/').at(-1),
    })
    expect(curves.map(({ stage, rows }) => [stage, rows.length])).toEqual([['whole', 2]])
    const { models, broken } = await want<{ models: ModelCard[]; broken: unknown[] }>(page, 'models.list', {})
    expect(broken).toEqual([])
    expect(models.find(({ path }) => path === run.model)?.task).toBe('vae')
    const { runs } = await want<ProjectState>(page, 'project.current', {})
    expect(runs[0]).toMatchObject({ name: 'Trial', state: 'done', epochs: { done: 2, of: 2 } })
    return run.model
  })

  await test.step('every slice has a code, and a slice finds its own', async () => {
    const codes = await want<Codes>(page, 'latent.encode', { model, source: dataset })
    expect(codes.count).toBe(sources.reduce((sum, { info }) => sum + info.size[2], 0))
    expect(codes.places.volumeIds).toEqual(sources.map(({ volumeId }) => volumeId))
    const [{ volumeId }] = sources as [ProjectState['sources'][number]]
    const { indices } = await want<{ indices: Int32Array }>(page, 'latent.at', {
      ...{ codes: codes.codes, volumeId, k: 40, box: null },
    })
    expect(Object.values(indices)).toEqual([40])
  })

  await test.step('decoding stays live while another run trains', async () => {
    const run = start(page, 'latent.train', {
      config: config({ epochs: 5000, model: { latent: 8, network: { kind: 'convolutional', width: 16, depth: 2 } } }),
    })
    await expect
      .poll(async () => (await heardBy<TrainProgress>(page, run.id)).filter(({ kind }) => kind === 'epoch').length, {
        timeout: 120_000,
      })
      .toBeGreaterThan(0)
    const times: number[] = []
    for (let n = 0; n < 10; n++) {
      const started = Date.now()
      const { pictures } = await want<{ pictures: Pictures }>(page, 'latent.sample', {
        ...{ model, count: 1, seed: n, fittedTo: null },
      })
      times.push(Date.now() - started)
      expect(pictures.shape).toEqual([1, 32, 32])
    }
    expect(times.sort((a, b) => a - b)[5]).toBeLessThan(DECODED_WITHIN_MS)
    await page.evaluate(id => {
      const { sagitta } = window as unknown as { sagitta: { post(message: unknown): void } }
      sagitta.post({ type: 'cancel', id: Number(id) })
    }, run.id)
    expect(await run.reply).toMatchObject({ type: 'done', value: { state: 'stopped' } })
  })

  await test.step('a model that segments is refused by name', async () => {
    const reply = await ask(page, 'latent.open', { model: join(folder, 'none.onnx') })
    expect(reply).toMatchObject({ type: 'fail', error: { code: 'not-found' } })
  })
})
