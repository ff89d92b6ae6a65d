// The latent contract over a port, on a VAE and an autoencoder that were just trained: every call, and every refusal.
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { decode as decodePng } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '#common/ipc/contract'
import { latentEngineContract, type Codes } from '#common/ipc/latent'
import { processPort } from '#common/ipc/ports'
import { Connection, serve, service } from '#common/ipc/rpc'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import { readNpy } from '#common/latent/npy'
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import { tinyCases } from '../testing/tinyCases'
import { tinyImages } from '../testing/tinyImages'
import { trainLatentRun } from '../training/latentRun'
import { engineHandlers } from '../engine/engineHandlers'
import { latentHandlers } from './latentHandlers'
import { LatentStudio } from './studio'

let root: string
let source: ImageSourceConfig
let vae: string
let autoencoder: string
let latent: Client<typeof latentEngineContract>
const studio = new LatentStudio({ provider: 'cpu', threads: 1 })
let close: () => void

async function trained(
  name: string,
  changes: Partial<LatentTrainConfigInput>,
  headers: string[] = [],
): Promise<string> {
  const config = await tinyImages(join(root, 'data'), { epochs: 60, ...changes }, 240)
  source = changes.dataset ? source : config.dataset
  const { model } = await trainLatentRun({
    ...{ config, headers, folder: join(root, name), signal: new AbortController().signal },
    report: () => undefined,
  })
  return model
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sagitta-latent-'))
  vae = await trained('vae', {})
  autoencoder = await trained('autoencoder', { task: 'autoencoder', model: { widths: [16, 3] } })
  const { port1, port2 } = new MessageChannel()
  const wrap = (port: typeof port1) =>
    processPort({
      postMessage: message => port.postMessage(message),
      on: (event: string, listener: (event: { data: unknown }) => void) =>
        port.on(event, (data: unknown) => listener({ data })),
      start: () => port.start(),
    })
  serve(wrap(port1), [service(latentEngineContract, latentHandlers(studio))])
  latent = new Connection(wrap(port2), 'The compute service').client(latentEngineContract)
  close = () => port2.close()
})
afterAll(async () => {
  close()
  await studio.release()
  await rm(root, { recursive: true, force: true })
})

const encode = (model: string, from: ImageSourceConfig = source, headers: string[] = []): Promise<Codes> =>
  latent.encode({ model, source: from, headers }).done

const row = ({ values, units }: Codes, n: number): Float32Array => values.slice(n * units, (n + 1) * units)

describe('a model in the explorer', () => {
  it('says what it is, and the app lists it among its models', async () => {
    expect(await latent.open({ model: vae })).toMatchObject({
      ...{ model: vae, task: 'vae', shape: [1, 8, 8], units: 3, covariance: 'diagonal', encodes: true, decodes: true },
    })
    const { card, preprocessing } = await engineHandlers().card({ path: vae, origin: 'run' })
    expect(card).toMatchObject({ task: 'vae', origin: 'run', name: 'tiny' })
    expect(preprocessing).toBeNull()
  })

  it('codes a data set with progress; items keep their names and labels', async () => {
    const job = latent.encode({ model: vae, source, headers: [] })
    const progress: number[] = []
    job.onProgress(({ done, total }) => progress.push(done / total))
    const codes = await job.done
    expect(codes).toMatchObject({ count: 240, units: 3, model: vae, classNames: ['0', '1', '2', '3'] })
    expect(codes.values).toHaveLength(720)
    expect(codes.ids[5]).toBe('images-idx3-ubyte 5')
    expect([...codes.labels.subarray(0, 5)]).toEqual([0, 1, 2, 3, 0])
    expect(progress.at(-1)).toBe(1)
  })

  it('decodes to what its reconstruction is, with errors that are the sums of their maps', async () => {
    const codes = await encode(vae)
    const indices = [0, 3, 7]
    const { outputs, errorMaps } = await latent.reconstruct({ codes: codes.codes, indices })
    const decoded = await latent.decode({ model: vae, points: row(codes, 3) })
    expect(decoded.values).toEqual(outputs.values.slice(64, 128))
    const sum = errorMaps.values.subarray(64, 128).reduce((a, b) => a + b, 0)
    expect(codes.errors[3]).toBeCloseTo(sum, 4)
    const images = await latent.images({ codes: codes.codes, indices })
    const by = images.values.reduce((total, value, at) => total + (value - outputs.values[at]!) ** 2, 0)
    expect(by).toBeCloseTo(
      errorMaps.values.reduce((a, b) => a + b, 0),
      4,
    )
    await expect(latent.images({ codes: codes.codes, indices: [240] })).rejects.toMatchObject({
      code: 'request-invalid',
    })
  })

  it('has near neighbours of the same kind', async () => {
    const codes = await encode(vae)
    const { indices, distances } = await latent.neighbours({ codes: codes.codes, query: { index: 8 }, count: 10 })
    expect([...indices].every(n => codes.labels[n] === codes.labels[8])).toBe(true)
    expect(indices).not.toContain(8)
    expect([...distances]).toEqual([...distances].sort((a, b) => a - b))
    const [first] = (await latent.neighbours({ codes: codes.codes, query: { point: row(codes, 8) }, count: 1 })).indices
    expect(codes.values.slice(3 * first!, 3 * first! + 3)).toEqual(row(codes, 8))
  })

  it('is mapped by components, two units and UMAP, the same for the same seed', async () => {
    const { codes } = await encode(vae)
    const pca = await latent.project({ codes, projection: { method: 'pca' } }).done
    expect(pca.points).toHaveLength(480)
    expect(pca.explained![0]).toBeGreaterThanOrEqual(pca.explained![1]!)
    const { origin, across, up } = pca.axes!
    const first = row(await encode(vae), 0)
    const along = (axis: Float32Array) => axis.reduce((sum, value, d) => sum + value * (first[d]! - origin[d]!), 0)
    expect(along(across)).toBeCloseTo(pca.points[0]!, 4)
    expect(along(up)).toBeCloseTo(pca.points[1]!, 4)
    const { groups } = await latent.clusters({ codes, count: 4 })
    expect(new Set(groups).size).toBe(4)
    expect(await latent.clusters({ codes, count: 4 })).toMatchObject({ groups })
    const two = await latent.project({ codes, projection: { method: 'units', across: 2, up: 0 } }).done
    expect(two.points[1]).toBe((await encode(vae)).values[0])
    const umap = () => latent.project({ codes, projection: { method: 'umap', seed: 3 } }).done
    const [a, b] = [await umap(), await umap()]
    expect(a.points).toEqual(b.points)
    expect(a.points.every(Number.isFinite)).toBe(true)
    await expect(
      latent.project({ codes, projection: { method: 'units', across: 3, up: 0 } }).done,
    ).rejects.toMatchObject({ code: 'config-invalid' })
    const stopped = latent.project({ codes, projection: { method: 'umap' } })
    stopped.cancel()
    await expect(stopped.done).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('is walked through: ways, traversal, grid, samples', async () => {
    const codes = await encode(vae)
    const [from, to] = [row(codes, 0), row(codes, 1)]
    const ends = await latent.decode({ model: vae, points: Float32Array.of(...from, ...to) })
    for (const kind of ['linear', 'spherical'] as const) {
      const { points, pictures } = await latent.path({ model: vae, from, to, steps: 5, kind })
      expect(points.slice(0, 3)).toEqual(from)
      expect(points.slice(-3)).toEqual(to)
      pictures.values.subarray(0, 64).forEach((value, at) => expect(value).toBeCloseTo(ends.values[at]!, 6))
      pictures.values.subarray(-64).forEach((value, at) => expect(value).toBeCloseTo(ends.values[64 + at]!, 6))
    }
    const walk = await latent.traverse({ model: vae, point: from, unit: 1, values: [-1, 0, 1] })
    expect([walk.points[1], walk.points[4], walk.points[7]]).toEqual([-1, 0, 1])
    const grid = await latent.manifold({ model: vae, point: from, units: [0, 1], size: 9, spacing: 'prior' })
    expect(grid.pictures.values).toHaveLength(81 * 64)
    expect(grid.values).toHaveLength(9)
    const draw = (seed: number) => latent.sample({ model: vae, count: 4, seed, fittedTo: null })
    expect(await draw(7)).toEqual(await draw(7))
    expect((await draw(8)).points).not.toEqual((await draw(7)).points)
  })

  it('tells of its units what they do, and what they answer to', async () => {
    const { codes } = await encode(vae)
    const { units, mean, covariance, activeUnits } = await latent.statistics({ codes })
    expect(units).toHaveLength(3)
    expect(activeUnits).toBe(units.filter(unit => unit.active).length)
    expect(units.every(unit => unit.kl !== null && unit.kl > 0)).toBe(true)
    expect([mean.length, covariance.length]).toEqual([3, 9])
    // All posteriors together are near the prior: that is what the divergence pays for.
    expect(covariance[0]).toBeGreaterThan(0.3)
    const fields = await latent.receptiveFields({ codes, units: [0, 1] })
    expect(fields.values).toHaveLength(128)
    expect(fields.values.some(value => Math.abs(value) > 0.01)).toBe(true)
  })

  it('is measured beside an autoencoder: what regularisation buys', async () => {
    const measure = async (model: string) =>
      latent.regularity({ codes: (await encode(model)).codes, seed: 1, count: 200 }).done
    const [ofVae, ofAutoencoder] = [await measure(vae), await measure(autoencoder)]
    expect(ofVae.samples).toBe('prior')
    expect(ofAutoencoder.samples).toBe('fitted')
    for (const { bend, change, plausible, coverage } of [ofVae, ofAutoencoder]) {
      expect(Math.min(bend, change)).toBeGreaterThan(0)
      expect(Math.max(plausible, coverage)).toBeLessThanOrEqual(1)
    }
  })
})

describe('what is unlike the normal images', () => {
  it('ranks first, with a reason, a threshold and a curve', async () => {
    const normal = await trained('normal', { dataset: { ...source, select: { labels: [0, 1, 2] } } })
    const all = await encode(normal)
    const normals = await encode(normal, { ...source, select: { ...source.select, labels: [0, 1, 2], atMost: 50 } })
    const found = await latent.anomaly({ codes: all.codes, normals: normals.codes, anomalousLabels: [3] }).done
    expect(found.roc!.area).toBeGreaterThan(0.95)
    expect([...found.ranking.subarray(0, 10)].every(n => all.labels[n] === 3)).toBe(true)
    expect(found.reasons[0]).toMatch(/reconstructed badly|lies far/)
    expect(found.threshold).toBeGreaterThan(0)
    expect(found.above).toBeGreaterThanOrEqual(55)
    const own = await latent.anomaly({ codes: all.codes, normals: null, anomalousLabels: null }).done
    expect(own.threshold).toBe((await latent.open({ model: normal })).heldOut!.p95)
  })

  it('is not asked of codes of another model', async () => {
    const [mine, other] = [await encode(vae), await encode(autoencoder)]
    await expect(
      latent.anomaly({ codes: mine.codes, normals: other.codes, anomalousLabels: null }).done,
    ).rejects.toThrow(/Encode the normal images with the same model/)
    await expect(latent.sample({ model: vae, count: 1, seed: 1, fittedTo: other.codes })).rejects.toMatchObject({
      code: 'model-incompatible',
    })
  })
})

describe('files for other programs', () => {
  it('carry codes and map; pictures only when asked for, with a word about patients', async () => {
    const codes = await encode(vae)
    const folder = join(root, 'export')
    const plain = await latent.export({
      codes: codes.codes,
      folder,
      files: ['codes.npy', 'codes.csv', 'projection.csv'],
    }).done
    expect(plain.files).toHaveLength(3)
    const npy = readNpy(await readFile(join(folder, 'codes.npy')), 'codes.npy')
    expect(npy).toEqual({ shape: [240, 3], values: codes.values })
    const csv = (await readFile(join(folder, 'codes.csv'), 'utf8')).split('\n')
    expect(csv[0]).toBe('id,slice,label,error,z1,z2,z3')
    expect(csv[1]!.startsWith('images-idx3-ubyte 0,,0,')).toBe(true)
    const pictures = { codes: codes.codes, folder, files: ['pictures.png' as const], indices: [0, 1, 2] }
    await expect(latent.export(pictures).done).rejects.toThrow(/show patients/)
    const shown = await latent.export({ ...pictures, withPictures: true }).done
    expect(shown.notices.join(' ')).toContain('show patients')
    const png = decodePng(await readFile(join(folder, 'pictures.png')))
    expect([png.width, png.height]).toEqual([24, 8])
    const first = await latent.images({ codes: codes.codes, indices: [0] })
    expect(png.data[0]).toBe(Math.round(255 * first.values[0]!))
  })
})

describe('volumes', () => {
  it('become slices and patches that know their voxels, and a region finds its points', async () => {
    const headers = await tinyCases(join(root, 'cases'), { cases: 3, slices: 6 })
    const studies: ImageSourceConfig = {
      kind: 'studies',
      cases: [0, 1, 2].map(n => ({ id: `case-${n}`, patient: `P${n}`, image: `volume-${n}`, labels: `volume-${n}` })),
      ...{ unit: 'patches', size: [8, 8], step: 4, fit: 'resize', box: null, crop: null },
      ...{ classes: [{ value: 7, name: 'square' }], keep: 'all', keepBy: null, labelBy: 'most' },
      select: { labels: null, perLabel: null, atMost: null, seed: 0 },
    }
    const model = await trained('patches', { dataset: studies, split: { validationFraction: 0.3 } }, headers)
    const codes = await encode(model, studies, headers)
    expect(codes.count).toBe(3 * 6 * 9)
    expect(codes.places.volumeIds).toEqual(['volume-0', 'volume-1', 'volume-2'])
    expect(codes.patients.at(-1)).toBe('P2')
    const { indices } = await latent.at({
      ...{ codes: codes.codes, volumeId: 'volume-1', k: 2 },
      box: { left: 0, top: 0, right: 4, bottom: 4 },
    })
    expect(indices).toHaveLength(1)
    const [n] = indices
    expect([codes.places.left[n!], codes.places.top[n!], codes.places.k[n!]]).toEqual([0, 0, 2])
    const slice = await latent.at({ codes: codes.codes, volumeId: 'volume-1', k: 2, box: null })
    expect(slice.indices).toHaveLength(9)
    const { cases } = await latent.anomaly({
      ...{
        codes: codes.codes,
        normals: null,
        anomalousLabels: null,
        disagreement: { 'volume-2': 0.9, 'volume-0': 0.1 },
      },
    }).done
    expect(cases).toHaveLength(3)
    expect(cases.find(({ id }) => id === 'volume-2')).toMatchObject({ conspicuous: 1, disagreement: 0.9 })
    const plan = await latent.plan({
      config: await tinyImages(join(root, 'data'), { dataset: studies as never, batch: 1000 }, 240),
      headers,
      validationHeaders: [],
    }).done
    expect(plan.parameters).toBeGreaterThan(1000)
    expect(plan.refusals).toEqual([expect.stringContaining('a batch takes 1000')])
  })
})

describe('refusals', () => {
  it('name what is missing or does not fit', async () => {
    const alone = join(root, 'alone')
    await mkdir(alone, { recursive: true })
    await copyFile(join(root, 'vae', 'decoder.onnx'), join(alone, 'decoder.onnx'))
    await copyFile(join(root, 'autoencoder', 'encoder.onnx'), join(alone, 'encoder.onnx'))
    const decoder = join(alone, 'decoder.onnx')
    expect(await latent.open({ model: decoder })).toMatchObject({ encodes: false, decodes: true })
    await expect(encode(decoder)).rejects.toThrow(/lies without its encoder/)
    await expect(latent.decode({ model: vae, points: Float32Array.of(1, 2) })).rejects.toMatchObject({
      code: 'shape-mismatch',
    })
    await expect(latent.sample({ model: autoencoder, count: 1, seed: 1, fittedTo: null })).rejects.toThrow(/no prior/)
    await expect(latent.statistics({ codes: 'codes-999' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(latent.open({ model: join(root, 'none.onnx') })).rejects.toMatchObject({ code: 'not-found' })
    const wide = { ...source, kind: 'idx' as const, images: join(root, 'data', 'labels-idx1-ubyte'), labels: null }
    await expect(encode(vae, wide as ImageSourceConfig)).rejects.toMatchObject({ code: 'unsupported-format' })
  })

  it('of a closed model: its codes are gone with it', async () => {
    const { codes } = await encode(autoencoder)
    await latent.close({ model: autoencoder })
    await expect(latent.statistics({ codes })).rejects.toMatchObject({ code: 'not-found' })
  })
})
