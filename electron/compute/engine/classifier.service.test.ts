// A classifier of pixels from its plan to a label map, through the contracts as the app uses them: on real ONNX Runtime and tiny cases.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { latentTrainConfigSchema, type LatentTrainConfigInput } from '#common/latent/trainConfig'
import type { MetricsRow } from '#common/ipc/training'
import { stepFor } from '../classify/step'
import { planLatent } from '../latent/planLatent'
import { trainLatentRun } from '../training/latentRun'
import { tinyCases } from '../testing/tinyCases'
import { tinyImage } from '../testing/tinyModel'
import { engineHandlers } from './engineHandlers'

const SIZE = 16
const PATCH = 7
let root: string
let headers: string[]
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sagitta-pixels-'))
  headers = await tinyCases(join(root, 'cache'), { cases: 4, size: SIZE, contrast: 8 })
})
afterAll(() => rm(root, { recursive: true, force: true }))

const config = (changes: Partial<LatentTrainConfigInput> = {}, source: object = {}) =>
  latentTrainConfigSchema.parse({
    ...{ task: 'classifier', name: 'Pixels', epochs: 6, batch: 32, provider: 'cpu', threads: 1 },
    dataset: {
      ...{ kind: 'studies', unit: 'patches', size: [PATCH, PATCH], step: 1, labelBy: 'centre' },
      classes: [{ value: 5, name: 'Square' }],
      cases: headers.map((image, n) => ({ id: `case-${n}`, patient: `p${n}`, image, labels: image })),
      ...source,
    },
    ...{ split: { validationFraction: 0.3 }, scale: { low: -1, high: 3 }, optimizer: { learningRate: 1e-2 } },
    model: { kind: 'dense', widths: [12, 4] },
    ...changes,
  })

const trained = async (name: string, changes: Partial<LatentTrainConfigInput> = {}) => {
  const folder = join(root, name)
  const run = {
    config: config(changes),
    headers,
    folder,
    signal: new AbortController().signal,
    report: () => undefined,
  }
  const result = await trainLatentRun(run)
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8')
  const rows = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as MetricsRow)
  return { ...result, folder, rows }
}

describe('a classifier of pixels', () => {
  it('is trained on the encoder of a run beside its own, and tells how often which class was taken for which', async () => {
    await trained('encoder', { task: 'autoencoder' })
    const { rows } = await trained('pixels', { classifier: { encoder: '../encoder' } })
    const { confusion, terms } = rows.at(-1)!.validation
    expect(confusion!.classes).toEqual(['none', 'Square'])
    const [[none, wrong], [missed, found]] = confusion!.counts as [[number, number], [number, number]]
    const recall = [none / (none + wrong), found / (found + missed)]
    expect(terms!.balancedAccuracy).toBeCloseTo((recall[0]! + recall[1]!) / 2, 9)
    expect(terms!.balancedAccuracy).toBeGreaterThan(0.9)
  })

  it('is a model that segments: its card says what it labels, and it writes a label map', async () => {
    const { model } = await trained('alone', {})
    const engine = engineHandlers()
    const { card, preprocessing } = await engine.card({ path: model, origin: 'run' })
    expect(card).toMatchObject({ task: 'classifier', segments: true, labels: [{ value: 5, name: 'Square' }] })
    const square = (n: number): boolean => n % SIZE > 4 && n % SIZE < 11 && n >= 5 * SIZE && n < 11 * SIZE
    const values = Float32Array.from({ length: SIZE * SIZE }, (_, n) => (square(n) ? 2.4 : 0.1 * Math.sin(n)))
    const image = { size: [SIZE, SIZE, 3] as [number, number, number], slice: () => values }
    const header = await tinyImage(join(root, 'images'), 'new', image, preprocessing!)
    const out = join(root, 'new.u16')
    const progress: { done: number; total: number }[] = []
    const job = {
      signal: new AbortController().signal,
      progress: (told: { done: number; total: number }) => void progress.push(told),
    }
    const made = await engine.segment({ model, header, out }, job)
    expect(made).toMatchObject({ file: out, labels: [{ value: 5, name: 'Square' }], notices: [] })
    expect(progress.map(({ done, total }) => [done, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
    const bytes = await readFile(out)
    const labels = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
    expect(new Set(labels)).toEqual(new Set([0, 5]))
    const right = labels.filter((value, n) => (value === 5) === square(n % (SIZE * SIZE))).length
    expect(right / labels.length).toBeGreaterThan(0.95)

    const stopped = new AbortController()
    stopped.abort()
    await expect(
      engine.segment({ model, header, out: join(root, 'none.u16') }, { ...job, signal: stopped.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('goes on by 1, 2, 4 or 8 pixels, as many as half a minute asks for and the patch allows', () => {
    const volume = (side: number, slices: number) => ({ columns: side, rows: side, slices, format: 'f32' }) as never
    expect(stepFor(volume(64, 60), [1, 32, 32])).toBe(1)
    expect(stepFor(volume(100, 104), [1, 32, 32])).toBe(2)
    expect(stepFor(volume(400, 300), [1, 32, 32])).toBe(8)
    expect(stepFor(volume(400, 300), [1, 16, 16])).toBe(4)
    expect(stepFor(volume(400, 300), [1, 3, 3])).toBe(1)
  })
})

describe('the plan of a classifier', () => {
  const plan = (changes: Partial<LatentTrainConfigInput> = {}, source: object = {}) =>
    planLatent(config(changes, source), headers, [])

  it('counts labelled images, at most so many of a class to learn from; all that is held out judges', async () => {
    const { images, refusals } = await plan()
    expect(refusals).toEqual([])
    const few = await plan({ classifier: { perClass: 40 } })
    expect(few.images).toMatchObject({ train: 80, validation: images.validation })
  })

  it('refuses images without labels, of one label, and an encoder of other images, with the way out', async () => {
    expect((await plan({}, { classes: [] })).refusals[0]).toMatch(/has no labels/)
    expect((await plan({}, { select: { labels: [1] } })).refusals[0]).toMatch(
      /have one label \(Square\).*needs at least two/,
    )
    const encoder = join(root, 'encoder')
    expect((await plan({ classifier: { encoder } }, { size: [9, 9] })).refusals[0]).toMatch(
      /takes images of 1 x 7 x 7, and these have 1 x 9 x 9\. Take images as its run did/,
    )
    expect((await plan({ classifier: { encoder: join(root, 'pixels') } })).refusals[0]).toMatch(
      /has no encoder to take/,
    )
  })
})
