import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SagittaError } from '#common/errors'
import type { MetricsRow, TrainConfig, TrainProgress, TrainResult } from '#common/ipc/training'
import { runStateSchema } from '#common/project/run'
import { Network } from '../inference/network'
import { median } from '../median'
import { readModel, cardOf } from '../modelFile/readModel'
import { openSessionCount } from '../runtime/openSession'
import { tinyCases, tinyConfig } from '../testing/tinyCases'
import { loadCheckpoint } from './checkpoint'
import { trainRun } from './trainRun'

let root: string
let headers: string[]
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sagitta-train-'))
  headers = await tinyCases(join(root, 'cache'))
})
afterAll(() => rm(root, { recursive: true }))

interface Watched {
  readonly result: TrainResult
  readonly reports: readonly TrainProgress[]
  readonly folder: string
}

async function run(
  name: string,
  config: TrainConfig,
  options: { headers?: string[]; resume?: boolean; stopAfterEpoch?: number; signal?: AbortSignal } = {},
): Promise<Watched> {
  const folder = join(root, name)
  const abort = new AbortController()
  const reports: TrainProgress[] = []
  const result = await trainRun({
    config,
    headers: options.headers ?? headers,
    folder,
    resume: options.resume ?? false,
    signal: options.signal ?? abort.signal,
    report: progress => {
      reports.push(progress)
      if (progress.kind === 'epoch' && progress.row.epoch === options.stopAfterEpoch) abort.abort()
    },
  })
  return { result, reports, folder }
}

const rowsOf = async (folder: string): Promise<MetricsRow[]> =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as MetricsRow)
const lossesOf = async (folder: string) =>
  (await rowsOf(folder)).map(({ train, validation }) => [train.loss, validation.loss])
const stateOf = async (folder: string) =>
  runStateSchema.parse(JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')))
const failureOf = async (promise: Promise<unknown>): Promise<SagittaError> =>
  promise.then(
    () => Promise.reject(new Error('did not fail')),
    (thrown: unknown) => thrown as SagittaError,
  )

describe('a training run', () => {
  it('learns, and leaves config, metrics, checkpoint, model, card and state', async () => {
    const { result, folder } = await run('learns', tinyConfig({ epochs: 12 }))
    const rows = await rowsOf(folder)
    expect(rows).toHaveLength(12)
    expect(rows.at(-1)!.train.loss).toBeLessThan(rows[0]!.train.loss * 0.7)
    expect(result.best.metrics.meanDice).toBeGreaterThan(0.8)
    expect(result.best.metrics.meanDice).toBe(Math.max(...rows.map(row => row.meanDice ?? -1)))
    expect((await readdir(folder)).sort()).toEqual([
      'card.json',
      'checkpoint',
      'config.json',
      'inputs.json',
      'metrics.jsonl',
      'model.onnx',
      'state.json',
    ])
    expect(await stateOf(folder)).toMatchObject({ state: 'done', message: null })
    expect(openSessionCount()).toBe(0)
  })

  it('writes a model that says how to use it and where it comes from', async () => {
    const model = await readModel(join(root, 'learns', 'model.onnx'))
    expect(model.metadata.model).toMatchObject({ labels: [{ value: 7, name: 'square' }], network: { multiple: 4 } })
    expect(model.metadata.provenance).toMatchObject({ split: { mode: 'patient' }, repeatable: true })
    expect(cardOf(model, 'run')).toMatchObject({ name: 'tiny', task: 'segmentation', caveat: null, modality: 'CT' })
  })

  it('keeps weights beside the model when they are too many for one file', async () => {
    const folder = join(root, 'beside')
    const options = { headers, folder, signal: new AbortController().signal, report: () => undefined }
    await trainRun({ ...options, config: tinyConfig({ epochs: 2 }), weightsBesideAbove: 1000 })
    const files = (await readdir(folder)).filter(name => name.startsWith('model'))
    expect(files).toEqual(['model.onnx', expect.stringMatching(/^model\.onnx\.[0-9a-f]{8}\.weights$/)])
    await trainRun({ ...options, folder: join(root, 'within'), config: tinyConfig({ epochs: 2 }) })

    const [beside, within] = [
      await readModel(join(folder, 'model.onnx')),
      await readModel(join(root, 'within', 'model.onnx')),
    ]
    expect(beside.external).toEqual([files[1]])
    expect(beside.bytes.length).toBeLessThan(within.bytes.length)
    const image = Float32Array.from({ length: 16 * 16 }, (_, n) => n % 7)
    const answers = await Promise.all(
      [beside, within].map(async model => {
        const network = await Network.open(model, { provider: 'cpu', threads: 1 })
        const answer = await network.probabilities(image, 1, 16, 16)
        await network.release()
        return answer
      }),
    )
    expect(answers[0]).toEqual(answers[1])

    await rm(join(folder, files[1]!))
    await expect(readModel(join(folder, 'model.onnx'))).rejects.toMatchObject({
      code: 'model-invalid',
      details: { weights: join(folder, files[1]!) },
    })
  })

  it('is bit-equal for the same seed and one thread, and another seed differs (T09)', async () => {
    const [a, b, c] = [
      await run('seed-7a', tinyConfig({ seed: 7 })),
      await run('seed-7b', tinyConfig({ seed: 7 })),
      await run('seed-8', tinyConfig({ seed: 8 })),
    ]
    expect(await lossesOf(a.folder)).toEqual(await lossesOf(b.folder))
    expect(await lossesOf(a.folder)).not.toEqual(await lossesOf(c.folder))
    const models = await Promise.all(
      [a, b].map(async ({ folder }) => (await loadCheckpoint(join(folder, 'checkpoint', 'last.ckpt'))).state),
    )
    expect(models[0]).toEqual(models[1])
  })

  it('says that several threads are not exactly repeatable, and differs by less than 1e-3 (T09)', async () => {
    const { folder } = await run('threads-4', tinyConfig({ seed: 7, threads: 4 }))
    const { provenance } = (await readModel(join(folder, 'model.onnx'))).metadata
    expect(provenance).toMatchObject({ repeatable: false, threads: 4, provider: 'cpu' })
    const [one, four] = [await lossesOf(join(root, 'seed-7a')), await lossesOf(folder)]
    four.flat().forEach((loss, n) => expect(Math.abs(loss - one.flat()[n]!)).toBeLessThan(1e-3))
  })

  it('goes on after a stop as if there had been none (T08)', async () => {
    const config = tinyConfig({ epochs: 10 })
    const straight = await run('straight', config)
    const stopped = await run('resumed', config, { stopAfterEpoch: 5 })
    expect(stopped.result.state).toBe('stopped')
    expect((await stateOf(stopped.folder)).state).toBe('stopped')
    await run('resumed', config, { resume: true })
    expect(await lossesOf(stopped.folder)).toEqual(await lossesOf(straight.folder))
    const [a, b] = await Promise.all(
      [straight, stopped].map(({ folder }) => loadCheckpoint(join(folder, 'checkpoint', 'last.ckpt'))),
    )
    expect(b!.state).toEqual(a!.state)
    expect(b!.progress.best!.epoch).toBe(a!.progress.best!.epoch)
  })

  it('does not resume under other settings, and starts from weights only when told (T08)', async () => {
    const other = tinyConfig({ epochs: 10, optimizer: { kind: 'adam', learningRate: 1e-4 } })
    expect(await failureOf(run('resumed', other, { resume: true }))).toMatchObject({ code: 'config-invalid' })
    const from = join(root, 'straight', 'checkpoint', 'last.ckpt')
    const warm = await run('warm', { ...other, epochs: 1, startFrom: from })
    const [first] = await rowsOf(warm.folder)
    expect(first!.train.loss).toBeLessThan((await lossesOf(join(root, 'straight')))[0]![0]! / 2)
    expect(first!.lr).toBeCloseTo(1e-4)
  })

  it('does not go on with other labels, and leaves the run as it stands', async () => {
    const config = tinyConfig({ epochs: 4 })
    const { folder } = await run('relabelled', config, { stopAfterEpoch: 2 })
    const changed = JSON.parse(await readFile(headers[1]!, 'utf8')) as { key: string }
    const other = join(dirname(headers[1]!), 'relabelled.json')
    await writeFile(other, JSON.stringify({ ...changed, key: 'with-another-stroke' }))
    const failure = await failureOf(run('relabelled', config, { resume: true, headers: [headers[0]!, other] }))
    expect(failure).toMatchObject({ code: 'config-invalid', details: { cases: [config.dataset.cases[1]!.id] } })
    expect(failure.message).toMatch(/changed since the run began.*Start a new run/)
    expect((await stateOf(folder)).state).toBe('stopped')
    const { result } = await run('relabelled', config, { resume: true })
    expect(result.state).toBe('done')
    expect(await rowsOf(folder)).toHaveLength(4)
  })

  it('loads the previous checkpoint when a kill left a half-written one beside it (T08)', async () => {
    const folder = join(root, 'straight', 'checkpoint')
    await writeFile(join(folder, 'last.ckpt.123.tmp'), 'sagitta-check')
    expect((await loadCheckpoint(join(folder, 'last.ckpt'))).progress.step).toBe(40)
    await writeFile(join(root, 'cut.ckpt'), (await readFile(join(folder, 'last.ckpt'))).subarray(0, 5000))
    expect(await failureOf(loadCheckpoint(join(root, 'cut.ckpt')))).toMatchObject({ code: 'corrupt-file' })
  })

  it('stops at the first loss that is no number, names epoch and batch, and keeps the best model (T06)', async () => {
    const config = tinyConfig({
      optimizer: { kind: 'sgd', learningRate: 1e6 },
      model: { width: 4, depth: 2, normalisation: 'none' },
    })
    const failure = await failureOf(run('diverges', config))
    expect(failure).toMatchObject({ code: 'not-finite', details: { epoch: 1 } })
    expect(failure.message).toMatch(/epoch 1, batch \d+ \(case-\d slice \d/)
    expect(await stateOf(join(root, 'diverges'))).toMatchObject({ state: 'failed', message: failure.message })
    // Going on from a good run with a wild rate must not cost the good model.
    const good = join(root, 'straight', 'model.onnx')
    const before = await readFile(good)
    const wild = tinyConfig({
      optimizer: { kind: 'sgd', learningRate: 1e6 },
      startFrom: join(root, 'straight', 'checkpoint', 'last.ckpt'),
    })
    await failureOf(run('wild', wild))
    expect((await readFile(good)).equals(before)).toBe(true)
  })

  it('keeps the same memory and the same number of sessions over 50 epochs (T07)', async () => {
    const config = tinyConfig({ epochs: 50 })
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const open: number[] = []
    const memory: number[] = []
    await trainRun({
      config,
      headers,
      folder: join(root, 'long'),
      signal: new AbortController().signal,
      report: progress => {
        if (progress.kind !== 'epoch') return
        open.push(openSessionCount())
        // What is held, not what the collector has not come to yet.
        collect()
        memory.push(process.memoryUsage.rss() / 2 ** 20)
      },
    })
    expect(new Set(open)).toEqual(new Set([2]))
    // The middle of five epochs: the system takes pages back when it likes.
    expect(median(memory.slice(-5)) - median(memory.slice(4, 9))).toBeLessThan(5)
  })

  it('ends without a model, cleanly, when it is cancelled in its first epoch', async () => {
    expect(await failureOf(run('early', tinyConfig(), { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'cancelled',
    })
    expect((await stateOf(join(root, 'early'))).state).toBe('stopped')
  })

  it('stops when its time is over or nothing gets better, and keeps the best', async () => {
    const timed = await run('timed', tinyConfig({ epochs: 5000, maxSeconds: 1 }))
    expect(timed.result.state).toBe('stopped')
    const patient = await run(
      'patient',
      tinyConfig({ epochs: 200, patience: 2, optimizer: { kind: 'sgd', learningRate: 1e-9 } }),
    )
    expect((await rowsOf(patient.folder)).length).toBeLessThan(200)
  })

  it('writes a checkpoint after the current step when asked (E13)', async () => {
    let asked = false
    const saved = await new Promise<number>((resolve, reject) => {
      const abort = new AbortController()
      trainRun({
        config: tinyConfig({ stepsPerEpoch: 50 }),
        headers,
        folder: join(root, 'sleep'),
        signal: abort.signal,
        report: () => undefined,
        checkpointWanted: () => {
          if (asked) return null
          asked = true
          return () => {
            abort.abort()
            resolve(1)
          }
        },
      }).catch((thrown: SagittaError) => (thrown.code === 'cancelled' ? undefined : reject(thrown)))
    })
    expect(saved).toBe(1)
    expect((await loadCheckpoint(join(root, 'sleep', 'checkpoint', 'last.ckpt'))).progress.step).toBe(1)
  })
})

describe('tiny lesions in large background (T05)', () => {
  it('are found with the default loss and sampling', async () => {
    const lesions = await tinyCases(join(root, 'lesions'), { cases: 2, slices: 10, size: 64, square: 2, contrast: 8 })
    const config = tinyConfig({ patch: [32, 32], epochs: 12, stepsPerEpoch: 20, batch: 4, validationSlices: 10 })
    const { result } = await run('lesions-run', config, { headers: lesions })
    expect(result.best.metrics.meanDice).toBeGreaterThan(0.8)
  })

  it('raise one notice when five epochs in a row predict nothing but background', async () => {
    // A loss that knows only background.
    const config = tinyConfig({
      epochs: 10,
      optimizer: { kind: 'adam', learningRate: 0.05 },
      loss: { kind: 'crossEntropy', classWeights: [1, 0] },
    })
    const { reports, folder } = await run('background', config)
    expect((await rowsOf(folder)).slice(-5).map(row => row.meanDice)).toEqual([0, 0, 0, 0, 0])
    expect(reports.filter(report => report.kind === 'notice' && report.code === 'all-background')).toHaveLength(1)
  })
})
