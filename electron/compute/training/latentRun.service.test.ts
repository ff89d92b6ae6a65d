// Runs that learn codes, on real ONNX Runtime and tiny images: every task to its end, resumed, refused.
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fitPca, pcaErrors } from '#common/latent/pca'
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import type { MetricsRow, TrainProgress } from '#common/ipc/training'
import { fromOnnx } from '#models/onnx/index'
import { LatentModel } from '../latent/latentModel'
import { idxBytes, tinyImages } from '../testing/tinyImages'
import { latentFactsSchema, LATENT_KEYS } from '../modelFile/latentMetadata'
import { openSessionCount } from '../runtime/openSession'
import { openSplit, trainLatentRun } from './latentRun'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sagitta-latent-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const STACK = { kind: 'dense' as const, widths: [24, 12, 3], activation: 'sigmoid' as const }

async function run(
  name: string,
  changes: Partial<LatentTrainConfigInput>,
  options: { resume?: boolean; abortAt?: number } = {},
) {
  const config = await tinyImages(join(root, 'data'), changes)
  const reports: TrainProgress[] = []
  const abort = new AbortController()
  const folder = join(root, name)
  const result = await trainLatentRun({
    config,
    folder,
    signal: abort.signal,
    resume: options.resume ?? false,
    report: report => {
      reports.push(report)
      if (report.kind === 'epoch' && report.row.epoch === options.abortAt) abort.abort()
    },
  })
  return { config, reports, folder, result, rows: await rowsOf(folder) }
}

const rowsOf = async (folder: string): Promise<MetricsRow[]> =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as MetricsRow)

const factsOf = async (path: string) =>
  latentFactsSchema.parse(JSON.parse(fromOnnx(await readFile(path)).metadata[LATENT_KEYS.latent]!))

describe('a run that learns codes', () => {
  it('trains a VAE and writes both terms, the units, and three files that belong together', async () => {
    const { rows, folder, result } = await run('vae', { epochs: 30 })
    expect(result.state).toBe('done')
    expect(rows).toHaveLength(30)
    const { validation } = rows.at(-1)!
    expect(validation.loss).toBeLessThan(0.6 * rows[0]!.validation.loss)
    expect(validation.loss).toBeCloseTo(validation.terms!.reconstruction! + validation.terms!.kl!, 4)
    expect(validation.units).toHaveLength(3)
    expect(validation.units!.reduce((a, b) => a + b, 0)).toBeCloseTo(validation.terms!.kl!, 4)
    expect(validation.terms!.activeUnits).toBeGreaterThan(0)

    const [model, encoder, decoder] = await Promise.all(
      ['model.onnx', 'encoder.onnx', 'decoder.onnx'].map(name => factsOf(join(folder, name))),
    )
    expect([model!.part, encoder!.part, decoder!.part]).toEqual(['model', 'encoder', 'decoder'])
    expect(new Set([model!.pair, encoder!.pair, decoder!.pair]).size).toBe(1)
    expect(model).toMatchObject({ task: 'vae', shape: [1, 8, 8], units: 3, scale: { low: 0, high: 255 } })
    expect(model!.heldOut!.p95).toBeGreaterThanOrEqual(model!.heldOut!.median)
    expect(openSessionCount()).toBe(0)
    // Names of files may be names of patients: the card counts images, and lists ids of cases only.
    const card = await readFile(join(folder, 'card.json'), 'utf8')
    expect(card).toContain('"72 images"')
    expect(card).not.toContain('images-idx3-ubyte')
  })

  it('keeps weights beside each file when they are too many for one, and codes images with them', async () => {
    const config = await tinyImages(join(root, 'data'), { epochs: 2 })
    const folder = join(root, 'beside')
    const options = { config, folder, signal: new AbortController().signal, report: () => undefined }
    await trainLatentRun({ ...options, weightsBesideAbove: 100 })
    const weights = (await readdir(folder)).filter(name => name.endsWith('.weights'))
    expect(weights.map(name => name.split('.')[0])).toEqual(['decoder', 'encoder', 'model'])
    await trainLatentRun({ ...options, folder: join(root, 'within') })
    const codes = await Promise.all(
      [folder, join(root, 'within')].map(async path => {
        const model = await LatentModel.open(join(path, 'model.onnx'), { provider: 'cpu', threads: 1 })
        const { codes: code } = await model.encode(new Float32Array(64).fill(0.5))
        await model.release()
        return code
      }),
    )
    expect(codes[0]).toEqual(codes[1])
  })

  it('says what as many principal components reach on the same images, once for a run that goes on', async () => {
    const stopped = await run('yardstick', {}, { abortAt: 2 })
    const path = join(stopped.folder, 'pca.json')
    const { train, validation } = await openSplit({
      ...{ config: stopped.config, headers: [], validationHeaders: [], signal: new AbortController().signal },
    })
    const rows = (images: typeof train) => ({
      count: images.count,
      dimensions: images.elements,
      read: images.read.bind(images),
    })
    const errors = pcaErrors(fitPca(rows(train)), rows(validation), 3)
    const exact = errors.reduce((a, b) => a + b, 0) / errors.length
    const { pca } = stopped.result
    expect(pca).toMatchObject({ components: 3, fittedOn: 72, trainingImages: 72, term: 'reconstruction' })
    expect(pca!.error).toBeCloseTo(exact, 3)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, ...pca })

    const fits = ({ reports }: typeof stopped) =>
      reports.filter(report => report.kind === 'stage' && /principal components/.test(report.text)).length
    const resumed = await run('yardstick', {}, { resume: true })
    expect([fits(stopped), fits(resumed)]).toEqual([1, 0])
    expect(resumed.result.pca).toMatchObject(pca!)
    await writeFile(path, '{ "error": ')
    expect((await run('yardstick', {}, { resume: true })).result.pca).toEqual(pca)
  })

  it('compares a code learnt by cross entropy with them by its squared error, as its decoder draws', async () => {
    const { rows, result, folder, config } = await run('bernoulli', {
      ...{ task: 'autoencoder', model: { kind: 'dense', widths: [16, 3] }, loss: { reconstruction: 'crossEntropy' } },
    })
    const { reconstruction, squaredError } = rows.at(-1)!.validation.terms!
    expect(result.pca!.term).toBe('squaredError')
    const { validation } = await openSplit({
      ...{ config, headers: [], validationHeaders: [], signal: new AbortController().signal },
    })
    const images = validation.gather([...validation.items.keys()])
    const model = await LatentModel.open(join(folder, 'model.onnx'), { provider: 'cpu', threads: 1 })
    const drawn = await model.decode((await model.encode(images)).codes)
    await model.release()
    const sum = images.reduce((left, value, p) => left + (value - drawn[p]!) ** 2, 0)
    expect(result.best.epoch).toBe(rows.length)
    expect(squaredError).toBeCloseTo(sum / validation.count, 3)
    expect(reconstruction).toBeGreaterThan(squaredError!)
  })

  it('repeats itself bit by bit on one thread, also when it was stopped and resumed', async () => {
    const straight = await run('straight', {})
    const stopped = await run('resumed', {}, { abortAt: 2 })
    expect(stopped.result.state).toBe('stopped')
    const resumed = await run('resumed', {}, { resume: true })
    const losses = (rows: MetricsRow[]) => rows.map(row => [row.train.loss, row.validation.loss])
    expect(losses(resumed.rows)).toEqual(losses(straight.rows))
    await expect(run('resumed', { batch: 8 }, { resume: true })).rejects.toMatchObject({ code: 'config-invalid' })
  })

  it('does not go on with other images, and stays as it is until they are back', async () => {
    const data = join(root, 'changing')
    const config = await tinyImages(data, {})
    const folder = join(root, 'changed')
    const train = async (resume: boolean, stopAt = Infinity) => {
      const abort = new AbortController()
      const report = (progress: TrainProgress) => {
        if (progress.kind === 'epoch' && progress.row.epoch === stopAt) abort.abort()
      }
      return trainLatentRun({ config, folder, resume, signal: abort.signal, report })
    }
    expect((await train(false, 2)).state).toBe('stopped')
    const { images } = config.dataset as Extract<typeof config.dataset, { kind: 'idx' }>
    const before = await readFile(images)
    const other = Buffer.from(before)
    other[other.length - 1]! ^= 1
    await writeFile(images, other)
    await expect(train(true)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(/images-idx3-ubyte changed since the run began/) as string,
    })
    expect(await readFile(join(folder, 'state.json'), 'utf8')).toContain('"stopped"')
    await writeFile(images, before)
    expect((await train(true)).state).toBe('done')
  })

  it('trains an autoencoder, and refuses a code that is no smaller than the image unless it is meant', async () => {
    const sparse = { kind: 'dense' as const, widths: [64], codeActivation: 'relu' as const, unitNormDecoder: true }
    const changes = { task: 'autoencoder' as const, model: sparse, loss: { activationL1: 0.1 }, epochs: 10 }
    await expect(run('wide', changes)).rejects.toThrow(/64 units and an image only 64 values/)
    const { rows } = await run('sparse', { ...changes, overcomplete: true })
    expect(rows.at(-1)!.validation.terms!.reconstruction).toBeLessThan(rows[0]!.validation.terms!.reconstruction!)
    expect(rows.at(-1)!.validation.terms!.onShare).toBeLessThan(1)
  })

  it('prunes to the asked number of connections, keeps no model that has more, and goes on where it was stopped', async () => {
    const model = { kind: 'dense' as const, widths: [24, 4], connections: 0.2, connectionsBy: 'pruning' as const }
    const changes = { task: 'autoencoder' as const, model, epochs: 6 }
    const straight = await run('pruned', changes)
    const counts = straight.rows.map(({ validation }) => validation.terms!.connections!)
    const all = 2 * (64 * 24 + 24 * 4)
    // Of the four fifths that go, (1 - n / 4)^3 are left after epoch n.
    expect(counts.map(count => Math.round((100 * count) / all))).toEqual([100, 54, 30, 21, 20, 20])
    expect(straight.result.best.epoch).toBeGreaterThan(4)

    const { initializers } = fromOnnx(await readFile(join(straight.folder, 'model.onnx')))
    const ones = initializers
      .filter(({ name }) => name.endsWith('.mask'))
      .flatMap(({ data }) => [...(data() ?? [])] as number[])
    expect(ones.reduce((sum, value) => sum + value, 0)).toBe(counts.at(-1))

    await run('pruned in two', changes, { abortAt: 3 })
    const resumed = await run('pruned in two', changes, { resume: true })
    const judged = (rows: MetricsRow[]) =>
      rows.map(({ validation }) => [validation.loss, validation.terms!.connections])
    expect(judged(resumed.rows)).toEqual(judged(straight.rows))
    await expect(run('pruned at once', { ...changes, epochs: 1 })).rejects.toThrow(/at least two epochs/)
    await expect(run('pruned by labels', { ...changes, task: 'classifier' })).rejects.toThrow(
      /not while a classifier is/,
    )
  })

  it('trains layer by layer with a curve for each, goes on where it was stopped, and starts well', async () => {
    const changes = {
      task: 'layerwise' as const,
      model: STACK,
      layerwise: { epochs: 25, optimizer: { learningRate: 1e-2 } },
    }
    const { folder, rows, reports } = await run('layerwise', changes)
    for (const layer of [1, 2, 3]) {
      const curve = await rowsOf(join(folder, 'stages', `layer-${layer}`))
      expect(curve).toHaveLength(25)
      expect(curve.at(-1)!.validation.loss).toBeLessThan(curve[0]!.validation.loss)
    }
    expect(Object.keys(rows[0]!.gradientNorms!)).toContain('encoder.2.weight')
    expect(reports.some(report => report.kind === 'stage' && report.text.startsWith('Layer 2 of 3: 24 to 12'))).toBe(
      true,
    )
    const random = await run('jointly', { ...changes, task: 'autoencoder' })
    expect(rows[0]!.train.loss).toBeLessThan(random.rows[0]!.train.loss)
    expect(reports.flatMap(report => (report.kind === 'epoch' ? [report.stage] : [])).slice(-5)).toEqual([
      'layer-3',
      ...new Array<undefined>(4).fill(undefined),
    ])
    const stopped = run('stopped-in-stage', changes, { abortAt: 20 })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const resumed = await run('stopped-in-stage', changes, { resume: true })
    expect(resumed.rows.map(row => row.validation.loss)).toEqual(rows.map(row => row.validation.loss))
  })

  it('puts a layer on a trained encoder and learns labels, frozen or not', async () => {
    const frozen = {
      task: 'classifier' as const,
      model: STACK,
      classifier: { encoder: join(root, 'layerwise'), frozen: true },
    }
    const first = await run('label-layer', { ...frozen, epochs: 40, optimizer: { learningRate: 3e-2 } })
    expect(first.rows.at(-1)!.validation.terms!.balancedAccuracy).toBeGreaterThan(0.7)
    const tuned = await run('tuned', { ...frozen, classifier: { ...frozen.classifier, frozen: false }, epochs: 40 })
    expect(tuned.rows.at(-1)!.validation.terms!.accuracy).toBeGreaterThan(0.9)
    expect(await factsOf(tuned.result.model)).toMatchObject({ task: 'classifier', classes: ['0', '1', '2', '3'] })
    const other = await tinyImages(join(root, 'data'), {})
    await expect(run('wrong', { ...frozen, dataset: { ...other.dataset, labels: null } as never })).rejects.toThrow(
      /has no labels/,
    )
  })

  it('says once that a code collapsed (T11)', async () => {
    const { reports } = await run('collapsed', { epochs: 40, loss: { beta: 1000 } })
    const notices = reports.filter(report => report.kind === 'notice' && report.code === 'collapsed')
    expect(notices).toHaveLength(1)
  })

  it('stops at the first loss that is no number and names the images (T06)', async () => {
    await expect(
      run('diverged', {
        optimizer: { kind: 'sgd', learningRate: 1e6 },
        model: { latent: 3, outputActivation: 'identity' },
      }),
    ).rejects.toThrow(/became (NaN|Infinity) in epoch 1, batch \d+ \(images-idx3-ubyte \d+/)
  })
})

describe('images that nothing can be learnt from', () => {
  const attempt = async (values: Uint8Array, count: number) => {
    const path = join(root, `bad-${count}.idx`)
    await writeFile(path, idxBytes([count, 2, 2], values))
    return run(`bad-${count}`, { dataset: { kind: 'idx', images: path }, batch: 1, model: { latent: 1 } })
  }

  it('are refused with the reason', async () => {
    await expect(attempt(Uint8Array.of(1, 2, 3, 4), 1)).rejects.toThrow(/holds one image/)
    await expect(attempt(new Uint8Array(12).fill(7), 3)).rejects.toThrow(/one value everywhere \(7\)/)
    await expect(run('few', { batch: 1000 })).rejects.toThrow(/72 images to train on, and a batch takes 1000/)
  })
})
