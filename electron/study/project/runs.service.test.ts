// How runs stand, read from real folders: what can be gone on with, and what is known of it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
