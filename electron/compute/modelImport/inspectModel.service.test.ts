// What files made elsewhere tell of their own card: real files, written by the engine (those of PyTorch: torchModel.service.test.ts).
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGraph, input, type Dim, type Value } from '#models/ir/index'
import { toOnnx, toOnnxExternal } from '#models/onnx/index'
import { constant, conv, convTranspose, logSoftmax, maxPool, relu, sigmoid, softmax } from '#models/ops/index'
import { openSessionCount } from '../runtime/openSession'
import { foreignModel, type ForeignModel } from '../testing/foreignModel'
import { tinyModel } from '../testing/tinyModel'
import { inspectModel } from './inspectModel'

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-inspect-'))))
afterAll(() => rm(root, { recursive: true }))

let files = 0
const fresh = () => join(root, `net ${++files}.onnx`)

/** By field. */
const told = async (file: string) =>
  Object.fromEntries((await inspectModel(file)).suggested.map(({ field, value }) => [field, value]))

async function written(
  shape: readonly Dim[],
  network: (x: Value) => Value,
  metadata: Record<string, string> = {},
): Promise<string> {
  const x = input('image', 'float32', [...shape])
  const file = fresh()
  await writeFile(file, toOnnx(createGraph({ image: x }, { answer: network(x) }), { name: 'net', metadata }))
  return file
}
const filters = (out: number, into: number, size: number) =>
  constant(new Float32Array(out * into * size * size).fill(0.1), [out, into, size, size])
const classes = (x: Value, count = 3, channels = 1) => conv(x, filters(count, channels, 1))

const OPEN = ['batch', 1, 'height', 'width'] as const

describe('a file tells', () => {
  it('its tensors, program and name', async () => {
    const file = await foreignModel(fresh())
    expect(await inspectModel(file)).toMatchObject({
      file,
      producer: 'Sagitta',
      inputs: [{ name: 'input.1', dtype: 'float32', shape: [1, 1, 64, 64] }],
      outputs: [{ name: 'output.7', dtype: 'float32', shape: [1, 2, 64, 64] }],
      axes: ['NCHW', 'NCWH'],
      refusals: [],
      own: null,
    })
    expect((await told(file))['name']).toMatch(/^net \d+$/)
    expect(openSessionCount()).toBe(0)
  })

  it.each<[string, (x: Value) => Value, object]>([
    ['softmax', x => softmax(classes(x), 1), { answer: 'probabilities', activation: 'softmax' }],
    ['sigmoid', x => sigmoid(classes(x)), { answer: 'probabilities', activation: 'sigmoid' }],
    ['log-softmax', x => logSoftmax(classes(x), 1), { answer: 'logits', activation: 'softmax' }],
    ['a convolution', x => classes(x), { answer: 'logits' }],
    ['one channel', x => classes(x, 1), { answer: 'logits', activation: 'sigmoid' }],
  ])('what its numbers are: %s', async (_, network, wanted) => {
    const found = await told(await written(OPEN, network))
    expect(found).toMatchObject(wanted)
    expect('activation' in found).toBe('activation' in wanted)
  })

  it('label numbers, by their type and their last step', async () => {
    expect(await told(await foreignModel(fresh(), { answer: 'labels' }))).toMatchObject({ answer: 'labels' })
  })

  it('nothing where its last step can be read in two ways', async () => {
    const found = await told(await written(OPEN, x => relu(classes(x))))
    expect(found).not.toHaveProperty('answer')
  })

  it.each<[readonly Dim[], string[]]>([
    [OPEN, ['NCHW']],
    [['n', 1, 'width', 'height'], ['NCWH']],
    [
      [1, 3, 64, 48],
      ['NCHW', 'NCWH'],
    ],
    [
      ['n', 'c', 'a', 'b'],
      ['NCHW', 'NCWH', 'NHWC', 'NWHC'],
    ],
  ])('the order of its axes as far as sizes and names go: %j', async (shape, axes) => {
    const file = await written(shape, x => relu(x))
    expect((await inspectModel(file)).axes).toEqual(axes)
    expect((await told(file))['axes']).toBe(axes.length === 1 ? axes[0] : undefined)
  })

  it.each<[ForeignModel, string[]]>([
    [{ axes: 'NHWC', channels: 3 }, ['NHWC', 'NWHC']],
    [{ axes: 'NCWH', size: ['h', 'w'] }, ['NCWH']],
  ])('of other orders too: %j', async (model, axes) => {
    expect((await inspectModel(await foreignModel(fresh(), model))).axes).toEqual(axes)
  })

  it('what sizes must be a multiple of, where it leaves them open', async () => {
    const down = (x: Value) => maxPool(conv(x, filters(1, 1, 3), null, { padding: 1 }), 2, { stride: 2 })
    const up = (x: Value) => convTranspose(x, filters(1, 1, 2), null, { stride: 2 })
    expect(await told(await written(OPEN, x => up(up(down(down(x))))))).toMatchObject({ multiple: 4 })
    expect(await told(await written(OPEN, x => classes(x)))).toMatchObject({ multiple: 1 })
    expect(await told(await written([1, 1, 32, 32], x => up(down(x))))).not.toHaveProperty('multiple')
  })

  it('words of its metadata', async () => {
    const file = await written(OPEN, x => classes(x), { License: 'MIT', author: 'A. Author', modality: 'CT' })
    expect(await told(file)).toMatchObject({ licence: 'MIT', source: 'A. Author', modality: 'CT' })
  })
})

describe('a file that can not be taken', () => {
  it('is said to be of a 3-D network', async () => {
    const file = await written([1, 1, 16, 32, 32], x => relu(x))
    expect((await inspectModel(file)).refusals.join()).toMatch(/3-D network/)
  })

  it('is named when it is no model, or its weights are missing', async () => {
    const text = fresh()
    await writeFile(text, 'no model')
    await expect(inspectModel(text)).rejects.toMatchObject({ code: 'model-invalid' })
    const x = input('x', 'float32', [1, 1, 'h', 'w'])
    const w = input('w', 'float32', [2, 1, 1, 1])
    const { model } = toOnnxExternal(createGraph({ x, w }, { y: conv(x, w) }), 'missing.bin', {
      name: 'big',
      initializers: { w: Float32Array.of(-1, 1) },
    })
    const file = fresh()
    await writeFile(file, model)
    await expect(inspectModel(file)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringMatching(/missing\.bin/) as string,
    })
  })
})

it('a model of Sagitta’s own shows the card it carries', async () => {
  const { own, refusals } = await inspectModel(await tinyModel(fresh()))
  expect(own).toMatchObject({ origin: 'imported', task: 'segmentation' })
  expect(refusals).toEqual([])
})
