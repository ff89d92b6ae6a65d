// Models made elsewhere, taken in with a card and run on scans: real files, real ONNX Runtime.
import { mkdtemp, readFile, rm, writeFile, mkdir, readdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  IMPORT_CARD_FIELDS,
  type CardProblem,
  type ImportCardField,
  type ImportCardInput,
} from '#common/ipc/modelImport'
import { createGraph, input } from '#models/ir/index'
import { fromOnnx, toOnnxExternal } from '#models/onnx/index'
import { conv, mul, relu, scalar } from '#models/ops/index'
import { PreparedCase } from '../datasets/preparedCase'
import { SliceCache } from '../datasets/sliceCache'
import { checkModel } from '../inference/checkModel'
import { segment } from '../inference/segment'
import { cardOf, readModel } from '../modelFile/readModel'
import { openSessionCount } from '../runtime/openSession'
import { FOREIGN_CARD, foreignModel, type ForeignModel } from '../testing/foreignModel'
import { tinyImage, tinyModel } from '../testing/tinyModel'
import { importModel } from './importModel'

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-import-'))))
afterAll(() => rm(root, { recursive: true }))

let files = 0
const fresh = (ending = 'onnx') => join(root, `${++files}.${ending}`)

async function imported(model: ForeignModel, card: Partial<ImportCardInput> = {}): Promise<string> {
  const out = fresh()
  await importModel({ file: await foreignModel(fresh(), model), card: { ...FOREIGN_CARD, ...card }, out })
  return out
}

const COLUMNS = 150
const ROWS = 70
/** 0, 60 or 90, in blocks that differ in both directions. */
const scan = (k: number) =>
  Float32Array.from({ length: COLUMNS * ROWS }, (_, n) => {
    const [i, j] = [n % COLUMNS, Math.floor(n / COLUMNS)]
    return [0, 60, 90][(Math.floor(i / 11) + 2 * Math.floor(j / 7) + k) % 3]!
  })

/** Label values of every slice, and the notices. */
async function segmented(path: string, slices = 2) {
  const model = await readModel(path)
  const image = { size: [COLUMNS, ROWS, slices] as [number, number, number], slice: scan }
  const header = await tinyImage(join(root, 'images'), `scan ${++files}`, image, model.metadata.preprocessing)
  const found: Uint16Array[] = []
  const prepared = PreparedCase.open(header, { id: 'scan', patient: '' }, new SliceCache(0))
  try {
    const { notices } = await segment({
      model,
      image: prepared,
      session: { provider: 'cpu', threads: 1 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onSlice: (k, labels) => void (found[k] = labels),
    })
    return { found, notices }
  } finally {
    prepared.close()
  }
}

/** What the network says of a pixel, from the pixel `step` columns before it; beyond the border lies 0. */
const expected = (k: number, label: (value: number) => number, step = 1) => {
  const values = scan(k)
  return Array.from(values, (_, n) => {
    const i = (n % COLUMNS) - step
    return label(i < 0 || i >= COLUMNS ? 0 : values[n - step]!)
  })
}
/** Ten thousand labels are too many to print. */
function expectLabels(found: Uint16Array, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length)
  expect(wanted.flatMap((label, n) => (label === found[n] ? [] : [[n, label, found[n]]])).slice(0, 5)).toEqual([])
}

const yes = (value: number) => (value > 50 ? 7 : 0)

describe('a model made elsewhere', () => {
  it.each<[string, ForeignModel, Partial<ImportCardInput>]>([
    ['logits of fixed size 64 x 64 and batch 1', {}, {}],
    ['operator set 13', { opset: 13 }, {}],
    ['a fixed batch of 3', { batch: 3 }, {}],
    ['any size and batch', { batch: 'n', size: ['h', 'w'] }, { multiple: 1 }],
    ['any size, trained on 32 x 48', { batch: 'n', size: ['h', 'w'] }, { multiple: 8, size: [32, 48] }],
    ['windows that overlap little', {}, { overlap: 0.1 }],
    ['probabilities', { answer: 'probabilities' }, { answer: 'probabilities' }],
    ['channels last', { axes: 'NHWC' }, { axes: 'NHWC' }],
    ['columns before rows', { axes: 'NCWH', size: [48, 64] }, { axes: 'NCWH' }],
    ['a label map without channels', { answer: 'labels' }, { answer: 'labels', activation: undefined }],
    ['three channels of the same slice', { channels: 3 }, { channels: 'copies' }],
    ['neighbouring slices', { channels: 3 }, { channels: 'neighbours' }],
  ])('runs once its card is filled in: %s', async (_, model, card) => {
    const { found } = await segmented(await imported(model, card))
    for (const [k, labels] of found.entries()) expectLabels(labels, expected(k, yes))
    expect(openSessionCount()).toBe(0)
  })

  it('takes the most probable of sigmoid channels, and says that labels may overlap', async () => {
    const labels = [
      { value: 5, name: 'above half' },
      { value: 9, name: 'above 0.8' },
    ]
    const out = fresh()
    const file = await foreignModel(fresh(), { activation: 'sigmoid' })
    const { notices } = await importModel({ file, card: { ...FOREIGN_CARD, activation: 'sigmoid', labels }, out })
    expect(notices.join()).toMatch(/overlap/)
    const { found } = await segmented(out)
    // At 0.9 both say yes, the first more surely.
    expectLabels(
      found[0]!,
      expected(0, value => (value > 50 ? 5 : 0)),
    )
    const strict = await imported({ activation: 'sigmoid' }, { activation: 'sigmoid', labels, threshold: 0.95 })
    expectLabels(
      (await segmented(strict)).found[0]!,
      expected(0, value => (value > 80 ? 5 : 0)),
    )
  })

  it('sees columns run the way its card says', async () => {
    const { found } = await segmented(await imported({}, { orientation: 'RAS' }))
    expectLabels(found[0]!, expected(0, yes, -1))
  })

  it('joins channels that stand for one label', async () => {
    const labels = [
      { value: 3, name: 'all' },
      { value: 3, name: 'all' },
    ]
    const { found } = await segmented(await imported({}, { labels }))
    expect(new Set(found[0])).toEqual(new Set([3]))
  })

  it('stretches slices to its size where the card says so, and answers in theirs', async () => {
    const { found } = await segmented(await imported({}, { fit: 'resize' }))
    const wanted = expected(0, yes)
    expect(found[0]).toHaveLength(COLUMNS * ROWS)
    const agreeing = found[0]!.filter((label, n) => label === wanted[n]).length
    expect(agreeing / wanted.length).toBeGreaterThan(0.75)
  })

  it('keeps its bytes, and carries card, licence and origin', async () => {
    const file = await foreignModel(fresh())
    const out = fresh()
    await importModel({ file, card: FOREIGN_CARD, out })
    const [before, after] = [await readFile(file), await readFile(out)]
    expect(after.subarray(0, before.length).equals(before)).toBe(true)
    const model = await readModel(out)
    expect(cardOf(model, 'imported')).toMatchObject({
      name: 'Left',
      description: 'Source: Written for tests.. Licence: MIT.',
      labels: [{ value: 7, name: 'yes', color: '#ff0000' }],
      caveat: expect.stringMatching(/made elsewhere/) as string,
    })
    expect((await checkModel(model))[0]).toMatchObject({ provider: 'cpu', agrees: true })
    // Once more, in place: the card is replaced, not added.
    await importModel({ file: out, card: { ...FOREIGN_CARD, name: 'Right' }, out })
    expect((await readModel(out)).metadata.model.name).toBe('Right')
    const names = Object.keys(fromOnnx(await readFile(out)).metadata)
    expect(names.sort()).toEqual(['sagitta.model', 'sagitta.preprocessing', 'sagitta.provenance'])
  })

  it('takes weights beside it along, and refuses it without them', async () => {
    const folder = join(root, 'external')
    await mkdir(folder)
    const image = input('x', 'float32', [1, 1, 'h', 'w'])
    const w = input('w', 'float32', [2, 1, 1, 1])
    const graph = createGraph({ x: image, w }, { y: conv(image, w) })
    const { model, external } = toOnnxExternal(graph, 'big.bin', {
      name: 'big',
      initializers: { w: Float32Array.of(-1, 1) },
    })
    await writeFile(join(folder, 'big.onnx'), model)
    const options = {
      file: join(folder, 'big.onnx'),
      card: { ...FOREIGN_CARD, multiple: 1, normalization: { mean: 50, sd: 1 } },
      out: join(root, 'x', 'big.onnx'),
    }
    await expect(importModel(options)).rejects.toMatchObject({
      code: 'model-invalid',
      details: { weights: join(folder, 'big.bin') },
    })
    expect(existsSync(join(root, 'x'))).toBe(false)
    await writeFile(join(folder, 'big.bin'), external[0]!.data)
    await importModel(options)
    expect((await readdir(join(root, 'x'))).sort()).toEqual(['big.bin', 'big.onnx'])
    const { found } = await segmented(options.out)
    expectLabels(found[0]!, expected(0, yes, 0))
    await expect(importModel(options)).rejects.toMatchObject({ code: 'not-writable' })
    await rm(join(root, 'x', 'big.bin'))
    await expect(readModel(options.out)).rejects.toMatchObject({ code: 'model-invalid' })
  })

  it("takes a model of Sagitta's own in as well, under another card", async () => {
    const out = fresh()
    const card = {
      ...FOREIGN_CARD,
      answer: 'probabilities' as const,
      multiple: 4,
      labels: [0, 1, 2].map(value => ({ value, name: `class ${value}` })),
    }
    await importModel({ file: await tinyModel(fresh()), card, out })
    expect((await readModel(out)).metadata.model.labels).toHaveLength(2)
  })

  it('keeps the card that a file carries already', async () => {
    const [file, out] = [await tinyModel(fresh()), fresh()]
    await importModel({ file, card: null, out })
    expect((await readFile(out)).equals(await readFile(file))).toBe(true)
    const again = fresh()
    await importModel({ file: await imported({}), card: null, out: again })
    expect((await readModel(again)).metadata.model.name).toBe('Left')
  })
})

describe('refusals before anything is written', () => {
  const refused = async (model: ForeignModel, card: object | null) => {
    const out = fresh()
    const error: unknown = await importModel({ file: await foreignModel(fresh(), model), card, out }).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(existsSync(out)).toBe(false)
    expect(openSessionCount()).toBe(0)
    return error as { code: string; message: string; details: Record<string, unknown> }
  }

  it('lists everything that a card lacks, with an example of each', async () => {
    const error = await refused({ size: ['h', 'w'], channels: 3 }, null)
    const missing = [
      ...['name', 'modality', 'licence', 'source', 'axes', 'answer', 'labels', 'orientation', 'spacingMm', 'clip'],
      ...['normalization', 'activation', 'channels', 'multiple'],
    ]
    expect(error).toMatchObject({ code: 'config-invalid', details: { missing } })
    for (const field of missing as (keyof typeof IMPORT_CARD_FIELDS)[])
      expect(error.message).toContain(`${field}, e.g. ${JSON.stringify(IMPORT_CARD_FIELDS[field].example)}`)
  })

  it('answers with a card that only has to be corrected: its examples are a valid one', async () => {
    const { details } = await refused({ size: ['h', 'w'] }, {})
    await expect(
      importModel({ file: await foreignModel(fresh(), { size: ['h', 'w'] }), card: details['card'], out: fresh() }),
    ).resolves.toMatchObject({ file: { metadata: { model: { labels: [{ name: 'lung' }] } } } })
  })

  it('says which fields are odd, and which do not exist', async () => {
    const { code, details } = await refused({}, { ...FOREIGN_CARD, axes: 'NCXY', spacing: [1, 1, 1], clip: [1] })
    expect(code).toBe('config-invalid')
    expect((details['wrong'] as { field: string }[]).map(({ field }) => field)).toEqual(['axes', 'clip', 'spacing'])
  })

  const more = [...FOREIGN_CARD.labels, { value: 8, name: 'more' }]
  const none = [0, 0].map(value => ({ value, name: 'no' }))
  it.each<[string, ForeignModel, Partial<ImportCardInput>, RegExp, ImportCardField]>([
    ['a class too many', {}, { labels: more }, /2 channels.*3 labels/, 'labels'],
    ['only background', {}, { labels: none }, /no label but background/, 'labels'],
    ['an input that is not there', {}, { input: 'image' }, /no input "image"; the file has input.1/, 'input'],
    ['axes in another order', { axes: 'NHWC' }, { channels: 'copies' }, /64 channels/, 'labels'],
    ['another size', {}, { size: [128, 128] }, /takes 64 only/, 'size'],
    ['a label map that is none', {}, { answer: 'labels' }, /answers \[/, 'answer'],
    ['logits called probabilities', {}, { answer: 'probabilities' }, /"answer": "logits"/, 'answer'],
    ['one side fixed', { size: [64, 'w'] }, { multiple: 1 }, /fixes rows or columns/, 'axes'],
    ['an even number of neighbours', { channels: 2 }, { channels: 'neighbours' }, /odd number/, 'channels'],
  ])('a card that does not fit its file: %s', async (_, model, card, says, field) => {
    const { code, message, details } = await refused(model, { ...FOREIGN_CARD, ...card })
    expect(code).toBe('model-incompatible')
    expect(message).toMatch(says)
    expect((details['problems'] as CardProblem[]).map(problem => problem.field)).toContain(field)
  })

  it('3-D networks are named as such', async () => {
    const x = input('volume', 'float32', [1, 1, 16, 32, 32])
    const file = fresh()
    const { model } = toOnnxExternal(createGraph({ volume: x }, { y: relu(x) }), 'none', { name: '3d' })
    await writeFile(file, model)
    await expect(importModel({ file, card: FOREIGN_CARD, out: fresh() })).rejects.toMatchObject({
      code: 'model-incompatible',
      message: expect.stringMatching(/3-D network/) as string,
    })
  })

  it('a network that answers with NaN is refused by name', async () => {
    const x = input('x', 'float32', [1, 2, 8, 8])
    const file = fresh()
    const { model } = toOnnxExternal(createGraph({ x }, { y: mul(x, scalar(NaN)) }), 'none', { name: 'nan' })
    await writeFile(file, model)
    await expect(
      importModel({ file, card: { ...FOREIGN_CARD, channels: 'copies' }, out: fresh() }),
    ).rejects.toMatchObject({ code: 'not-finite', details: { path: file } })
  })

  it('a file that is no model', async () => {
    const file = fresh()
    await writeFile(file, 'no model')
    await expect(importModel({ file, card: FOREIGN_CARD, out: fresh() })).rejects.toMatchObject({
      code: 'model-invalid',
    })
  })
})
