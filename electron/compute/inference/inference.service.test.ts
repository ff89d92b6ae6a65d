import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '#models/layers/random'
import { createGraph, input } from '#models/ir/index'
import { softmax } from '#models/ops/index'
import { toOnnx } from '#models/onnx/index'
import { PreparedCase } from '../datasets/preparedCase'
import { SliceCache } from '../datasets/sliceCache'
import { segmentFile } from '../engine/segmentFile'
import { readModel } from '../modelFile/readModel'
import { openSessionCount } from '../runtime/openSession'
import { PLAIN, tinyImage, tinyModel, type TinyImage } from '../testing/tinyModel'
import { likeliestClasses } from './likeliest'
import { Network } from './network'
import { segment } from './segment'
import { SlicePredictor } from './slicePredictor'
import { tilingOf, windowStarts, windowWeights } from './tiles'

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-infer-'))))
afterAll(() => rm(root, { recursive: true }))

const session = { provider: 'cpu', threads: 1 }
const noise = (length: number, name = 'x') => {
  const random = randomStream(5, name)
  return Float32Array.from({ length }, () => random.normal())
}

async function run(modelPath: string, image: TinyImage, name: string, preprocessing = PLAIN) {
  const header = await tinyImage(join(root, 'images'), name, image, preprocessing)
  const slices: Uint16Array[] = []
  const progress: number[] = []
  const result = await segment({
    model: await readModel(modelPath),
    image: PreparedCase.open(header, { id: name, patient: '' }, new SliceCache(0)),
    session,
    signal: new AbortController().signal,
    onProgress: done => progress.push(done),
    onSlice: (k, labels) => void (slices[k] = labels),
  })
  return { result, slices, progress }
}

describe('segmenting', () => {
  it.each([
    [5, 350, 525],
    [4, 23, 38],
    [4, 1, 1],
    [4, 7, 1],
  ])(
    'at depth %i gives an image of %i x %i back in its size, as if padded by hand and cropped (T02)',
    async (depth, rows, columns) => {
      const path = await tinyModel(join(root, `depth-${depth}.onnx`), { depth })
      const values = noise(rows * columns)
      const { slices } = await run(path, { size: [columns, rows, 1], slice: () => values }, `size-${rows}-${columns}`)
      expect(slices[0]).toHaveLength(rows * columns)

      const multiple = 2 ** depth
      const [paddedRows, paddedColumns] = [
        Math.ceil(rows / multiple) * multiple,
        Math.ceil(columns / multiple) * multiple,
      ]
      const byHand = Float32Array.from({ length: paddedRows * paddedColumns }, (_, n) => {
        const [row, column] = [Math.floor(n / paddedColumns), n % paddedColumns]
        return values[Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)]!
      })
      const network = await Network.open(await readModel(path), session)
      const probabilities = await network.probabilities(byHand, 1, paddedRows, paddedColumns)
      const plane = paddedRows * paddedColumns
      const classes = likeliestClasses([0, 1, 2].map(c => probabilities.subarray(c * plane, (c + 1) * plane)))
      const labels = [0, 5, 200]
      const expected = Array.from({ length: rows * columns }, (_, n) => {
        const [row, column] = [Math.floor(n / columns), n % columns]
        return labels[classes[row * paddedColumns + column]!]
      })
      expect([...slices[0]!]).toEqual(expected)
      await network.release()
    },
  )

  it('shows the network what the model file says, whatever the acquisition (T04)', async () => {
    const preprocessing = { ...PLAIN, spacingMm: [1, 1, null] as [number, number, null] }
    const path = await tinyModel(join(root, 'spaced.onnx'), { preprocessing })
    const values = noise(24 * 16)
    const upright = await run(path, { size: [24, 16, 1], slice: () => values }, 'upright', preprocessing)
    // The same anatomy acquired by columns to the right, rows to the front.
    const turned = values.slice().reverse()
    const other = await run(
      path,
      { size: [24, 16, 1], orientation: [-1, 0, 0, 0, -1, 0], slice: () => turned },
      'turned',
      preprocessing,
    )
    expect([...other.slices[0]!].reverse()).toEqual([...upright.slices[0]!])
    const fine = await run(
      path,
      { size: [48, 32, 1], spacingMm: [0.5, 0.5, 1], slice: () => noise(48 * 32, 'fine') },
      'fine',
      preprocessing,
    )
    expect(fine.slices[0]).toHaveLength(48 * 32)
  })

  it('shows neighbours at the distance of training, as further channels', async () => {
    const path = await tinyModel(join(root, 'around.onnx'), { neighbours: 1 })
    const slices = Array.from({ length: 5 }, (_, k) => noise(64, `slice ${k}`))
    const { slices: found } = await run(path, { size: [8, 8, 5], slice: k => slices[k]! }, 'around')
    const network = await Network.open(await readModel(path), session)
    const around = Float32Array.from([1, 2, 3].flatMap(k => [...slices[k]!]))
    const probabilities = await network.probabilities(around, 1, 8, 8)
    const classes = likeliestClasses([0, 1, 2].map(c => probabilities.subarray(c * 64, (c + 1) * 64)))
    expect([...found[2]!]).toEqual(Array.from(classes, c => [0, 5, 200][c]))
    await network.release()
  })

  it('refuses an image that was prepared otherwise (T04)', async () => {
    const path = await tinyModel(join(root, 'plain.onnx'))
    const other = { ...PLAIN, clip: [-1, 1] as [number, number] }
    await expect(run(path, { size: [8, 8, 1], slice: () => noise(64) }, 'other', other)).rejects.toThrow(
      /not prepared with the preprocessing/,
    )
  })

  it('counts voxels and millilitres per label, and says when modality or result are odd', async () => {
    const path = await tinyModel(join(root, 'counts.onnx'))
    const { result, slices, progress } = await run(
      path,
      { size: [8, 8, 6], spacingMm: [1, 2, 3], slice: k => noise(64, `slice ${k}`) },
      'counts',
    )
    const all = slices.flatMap(slice => [...slice])
    for (const { value, voxels, volumeMl } of result.labels) {
      expect(voxels).toBe(all.filter(found => found === value).length)
      expect(volumeMl).toBeCloseTo((voxels * 6) / 1000, 9)
    }
    expect(progress).toEqual([4, 6])
  })

  it('blends windows where a slice is too large, close to the answer for the whole slice', async () => {
    const path = await tinyModel(join(root, 'windows.onnx'))
    const network = await Network.open(await readModel(path), session)
    const values = noise(64 * 64)
    const size = { columns: 64, rows: 64 }
    const predict = (trained: typeof size | null) =>
      new SlicePredictor({ network, multiple: 4, trained, padding: 'edge' }, size).predict([[values]])
    const [[whole], [windowed]] = [await predict(null), await predict({ columns: 32, rows: 32 })]
    const difference = whole!.flatMap((plane, c) =>
      Array.from(plane, (value, n) => Math.abs(value - windowed![c]![n]!)),
    )
    expect(difference.reduce((a, b) => a + b, 0) / difference.length).toBeLessThan(0.03)
    await network.release()
  })

  it('shows a slice as in training: padded up to the patch, whole when it is little longer, in windows beyond', () => {
    const tiles = (columns: number) => {
      const { padded, window, places } = tilingOf(
        { columns, rows: 32 },
        { multiple: 4, trained: { columns: 32, rows: 32 } },
      )
      return [padded.columns, window.columns, places.length]
    }
    expect([tiles(20), tiles(40), tiles(64)]).toEqual([
      [32, 32, 1],
      [40, 40, 1],
      [64, 32, 3],
    ])
  })

  it('covers every pixel by windows that overlap by half', () => {
    expect(windowStarts(100, 128)).toEqual([0])
    expect(windowStarts(256, 128)).toEqual([0, 64, 128])
    expect(windowStarts(200, 128)).toEqual([0, 36, 72])
    expect(Math.min(...windowWeights({ columns: 16, rows: 16 }))).toBeGreaterThan(0)
  })

  it('writes raw labels whole, and nothing when it is stopped', async () => {
    const path = await tinyModel(join(root, 'file.onnx'))
    const image = { size: [8, 8, 5] as [number, number, number], slice: (k: number) => noise(64, `slice ${k}`) }
    const header = await tinyImage(join(root, 'images'), 'file', image)
    const model = await readModel(path)
    const out = join(root, 'labels.u16')
    const options = { model, header, out, session, onProgress: () => undefined }
    await segmentFile({ ...options, signal: new AbortController().signal })
    expect((await readFile(out)).length).toBe(2 * 8 * 8 * 5)
    const stopped = { ...options, out: join(root, 'stopped.u16'), signal: AbortSignal.abort() }
    await expect(segmentFile(stopped)).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(stopped.out)).toBe(false)
    expect(openSessionCount()).toBe(0)
  })
})

describe('model files', () => {
  it('says of a file that is no model that it is none, naming it', async () => {
    const path = join(root, 'notes.onnx')
    await writeFile(path, 'These are notes, not a model.')
    await expect(readModel(path)).rejects.toMatchObject({ code: 'model-invalid', details: { path } })
    await expect(readModel(join(root, 'nowhere.onnx'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('refuses a model that does not say how to prepare images', async () => {
    const image = input('image', 'float32', ['batch', 1, 'height', 'width'])
    const path = join(root, 'foreign.onnx')
    await writeFile(path, toOnnx(createGraph({ image }, { probabilities: softmax(image, 1) }), { name: 'foreign' }))
    await expect(readModel(path)).rejects.toMatchObject({ code: 'model-incompatible', details: { path } })
  })

  it('refuses a network whose channels do not fit its label table', async () => {
    const path = await tinyModel(join(root, 'channels.onnx'))
    const model = await readModel(path)
    const labels = model.metadata.model.labels.slice(0, 1)
    const network = await Network.open(
      { ...model, metadata: { ...model.metadata, model: { ...model.metadata.model, labels } } },
      session,
    )
    await expect(network.probabilities(new Float32Array(16), 1, 4, 4)).rejects.toMatchObject({
      code: 'model-incompatible',
    })
    await network.release()
  })
})
