// How runs stand, read from real folders: what can be gone on with, and what is known of it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRuns } from './runs'

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-runs-'))))
afterAll(() => rm(root, { recursive: true }))

/** No process has this number. */
const GONE = 2 ** 22 + 1

async function run(id: string, state: string, config: object, ...checkpoints: string[]): Promise<void> {
  const put = async (name: string, content: string): Promise<void> => {
    const path = join(root, 'runs', id, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  await put('config.json', JSON.stringify({ epochs: 3, ...config }))
  const createdAt = '2026-01-01T00:00:00.000Z'
  await put('state.json', JSON.stringify({ version: 1, state, pid: GONE, createdAt, message: null }))
  for (const checkpoint of checkpoints) await put(checkpoint, 'values')
}

const LAYERWISE = { task: 'layerwise', model: { widths: [24, 12, 3] }, layerwise: { epochs: 25 } }

it('runs of every kind that ended early can go on, once they have a checkpoint', async () => {
  const whole = 'checkpoint/last.ckpt'
  await run('unet', 'running', { task: 'unet' }, whole)
  await run('vae', 'stopped', { task: 'vae', model: { latent: 3 } }, whole)
  await run('early', 'stopped', { task: 'autoencoder' })
  await run('layers', 'running', LAYERWISE, 'stages/layer-1/checkpoint/last.ckpt')
  await run('done', 'done', { task: 'vae' }, whole)
  await run('failed', 'failed', { task: 'vae' }, whole)
  const { runs, warnings } = await readRuns(root)
  expect(warnings).toEqual([])
  const byId = new Map(runs.map(found => [found.id, found]))
  const resumable = runs.filter(found => found.resumable).map(({ id }) => id)
  expect(resumable.sort()).toEqual(['layers', 'unet', 'vae'])
  expect(byId.get('layers')).toMatchObject({ state: 'interrupted', layers: { count: 3, epochs: 25 } })
  expect(byId.get('vae')).not.toHaveProperty('layers')
})

describe('what a run of codes is compared with', () => {
  const files = (id: string, contents: Record<string, string>) =>
    Promise.all(Object.entries(contents).map(([name, content]) => writeFile(join(root, 'runs', id, name), content)))
  const row = (epoch: number, loss: number, terms: object) =>
    `${JSON.stringify({
      ...{ epoch, step: epoch, seconds: epoch, train: { loss }, validation: { loss, dice: {}, terms } },
      ...{ meanDice: null, lr: 0.001, provider: 'cpu', rssMb: 1 },
    })}\n`
  const pca = { components: 3, fittedOn: 72, trainingImages: 72, error: 7.5 }
  const found = async (id: string) => (await readRuns(root)).runs.find(one => one.id === id)

  it('stands beside the squared error of its best epoch, by whichever term measures it', async () => {
    const rows =
      row(1, 20, { reconstruction: 18, squaredError: 9 }) + row(2, 12, { reconstruction: 11, squaredError: 6 })
    await run('gaussian', 'done', { task: 'vae' })
    await files('gaussian', {
      'metrics.jsonl': rows + row(3, 13, { reconstruction: 10, squaredError: 5 }),
      'pca.json': JSON.stringify({ version: 1, ...pca, term: 'reconstruction' }),
    })
    await run('bernoulli', 'done', { task: 'vae' })
    await files('bernoulli', {
      'metrics.jsonl': rows,
      'pca.json': JSON.stringify({ version: 1, ...pca, term: 'squaredError' }),
    })
    expect(await found('gaussian')).toMatchObject({ best: { epoch: 2, squaredError: 11 }, pca })
    expect(await found('bernoulli')).toMatchObject({ best: { epoch: 2, squaredError: 6 }, pca })
  })

  it('is that of the network with the fewest connections, while they are pruned: what the trainer keeps', async () => {
    await run('pruned', 'done', { task: 'autoencoder' })
    await files('pruned', {
      'metrics.jsonl': row(1, 5, { connections: 90 }) + row(2, 9, { connections: 10 }) + row(3, 8, { connections: 10 }),
    })
    expect((await found('pruned'))!.best).toEqual({ epoch: 3, dice: null, loss: 8 })
  })

  it('is unknown for runs of before it was measured, and for epochs that lack the term', async () => {
    await run('old', 'done', { task: 'vae' })
    await files('old', { 'metrics.jsonl': row(1, 12, { reconstruction: 11 }) })
    expect(await found('old')).not.toHaveProperty('pca')
    expect((await found('old'))!.best).toEqual({ epoch: 1, dice: null, loss: 12 })
    await files('old', { 'pca.json': JSON.stringify({ version: 1, ...pca, term: 'squaredError' }) })
    expect((await found('old'))!.best).toEqual({ epoch: 1, dice: null, loss: 12 })
  })
})
