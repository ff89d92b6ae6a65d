// `sagitta latent classify`: classifiers trained by the real command, on pictures and on the pixels of scans, applied to new ones.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ClassScores } from '#common/metrics/confusion'
import { tinyImages } from '#compute/testing/tinyImages'
import { randomStream } from '#models/layers/random'
import { readNifti, writeNifti } from '#study/index'
import { temporaryFolder } from '#study/testing/temporaryFolder'
import { commandIn } from './testing/commandIn'

const root = temporaryFolder()
const { sagitta, json, failure } = commandIn(root.path)
const at = (...parts: string[]): string => join(root.path, ...parts)

interface Table {
  readonly count: number
  readonly classes: readonly { name: string; count: number }[]
  readonly scores: ClassScores | null
  readonly notices: readonly string[]
}

describe('a classifier of images', () => {
  let images: string

  beforeAll(async () => {
    const config = await tinyImages(at('data'), {
      ...{ task: 'classifier', model: { kind: 'dense', widths: [16] }, epochs: 40 },
    })
    images = (config.dataset as { images: string }).images
    writeFileSync(at('pictures.json'), JSON.stringify(config))
    await json('train', 'pictures.json', '--out', 'pictures')
  })
  const MODEL = join('pictures', 'model.onnx')

  it('writes a table, and says how often it is right where labels are known', async () => {
    const { count, classes, scores } = await json<Table>(
      ...['latent', 'classify', MODEL, 'pictures.json', '--out', 'table.csv'],
    )
    expect(count).toBe(96)
    expect(classes.map(({ name }) => name)).toEqual(['0', '1', '2', '3'])
    expect(scores!.balancedAccuracy).toBeGreaterThan(0.95)
    expect(scores!.matrix.flat().reduce((a, b) => a + b, 0)).toBe(96)
    const [head, first, ...rest] = readFileSync(at('table.csv'), 'utf8').trimEnd().split('\n')
    expect(head).toBe('id,slice,class,probability,label,p 0,p 1,p 2,p 3')
    expect(rest).toHaveLength(95)
    const cells = first!.split(',')
    expect(cells.slice(0, 5)).toEqual(['images-idx3-ubyte 0', '', '0', expect.any(String), '0'])
    const probabilities = cells.slice(5).map(Number)
    expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
    expect(Number(cells[3])).toBe(Math.max(...probabilities))
  })

  it('classes images without labels, and judges nothing', async () => {
    const { scores, count } = await json<Table>('latent', 'classify', MODEL, images, '--out', 'plain.csv')
    expect([scores, count]).toEqual([null, 96])
  })

  it('makes no label maps, and no other model makes a table', async () => {
    expect((await sagitta('latent', 'classify', MODEL, images, '--out', 'x.nii.gz')).code).toBe(2)
    const vae = await tinyImages(at('data'), { epochs: 1 })
    writeFileSync(at('vae.json'), JSON.stringify(vae))
    await json('train', 'vae.json', '--out', 'vae')
    expect(await failure('latent', 'classify', 'vae/model.onnx', images, '--out', 'x.csv')).toMatchObject({
      code: 'model-incompatible',
    })
  })
})

describe('a classifier of pixels', () => {
  const SIZE = [40, 32, 5] as const
  /** Columns run to the right of the patient, rows to the front: the network sees them the other way round. */
  const AFFINE = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]
  const CLASSES = [
    { value: 5, name: 'vessel' },
    { value: 9, name: 'node' },
  ]

  /** Squares of two kinds on noise, none of them symmetric in the image. */
  async function scan(name: string): Promise<Uint8Array> {
    const random = randomStream(3, name)
    const [columns, rows, slices] = SIZE
    const [image, labels] = [new Int16Array(columns * rows * slices), new Uint8Array(columns * rows * slices)]
    for (let k = 0; k < slices; k++)
      for (let j = 0; j < rows; j++)
        for (let i = 0; i < columns; i++) {
          const n = i + columns * (j + rows * k)
          labels[n] = i > 4 && i < 14 && j > 3 && j < 12 ? 5 : i > 22 && i < 36 && j > 14 && j < 22 ? 9 : 0
          image[n] = 20 * random.normal() + { 0: 0, 5: 200, 9: 400 }[labels[n]]!
        }
    const grid = { size: SIZE, spacingMm: [1, 1, 2] as const, affineLps: AFFINE }
    await writeNifti(at(`${name}.nii`), { ...grid, data: image })
    await writeNifti(at(`${name}.labels.nii`), { ...grid, data: labels })
    return labels
  }

  const source = (names: readonly string[], labelled = true) => ({
    ...{ kind: 'studies', unit: 'patches', size: [5, 5], step: 1, labelBy: 'centre', classes: CLASSES },
    cases: names.map(name => ({
      ...{ id: name, patient: name, image: `${name}.nii`, labels: labelled ? `${name}.labels.nii` : null },
    })),
  })
  let truth: Uint8Array
  const MODEL = join('pixels', 'model.onnx')

  beforeAll(async () => {
    for (const name of ['a', 'b']) await scan(name)
    truth = await scan('new')
    const config = {
      ...{ task: 'classifier', dataset: source(['a', 'b']), model: { kind: 'dense', widths: [8] }, epochs: 6 },
      ...{ batch: 64, split: { validationFraction: 0.5 }, optimizer: { learningRate: 1e-2 }, provider: 'cpu' },
    }
    writeFileSync(at('pixels.json'), JSON.stringify(config))
    await json('train', 'pixels.json', '--out', 'pixels')
    writeFileSync(at('new.json'), JSON.stringify(source(['new'])))
    writeFileSync(at('both.json'), JSON.stringify(source(['new', 'a'], false)))
  })

  const agreement = async (path: string): Promise<number> => {
    const { data } = await readNifti(at(path), { labels: true })
    return truth.filter((value, n) => value === data[n]).length / truth.length
  }

  it('writes a label map in the scan’s own place and in the labels’ own values', async () => {
    const { maps } = await json<{ maps: { labels: object[]; scores: ClassScores }[] }>(
      ...['latent', 'classify', MODEL, 'new.json', '--out', 'new.nii.gz'],
    )
    expect(await agreement('new.nii.gz')).toBeGreaterThan(0.97)
    expect(maps[0]!.labels).toEqual([
      { value: 5, name: 'vessel', voxels: expect.any(Number) as number },
      { value: 9, name: 'node', voxels: expect.any(Number) as number },
    ])
    // Measured on the same pixels that the label map holds.
    expect(maps[0]!.scores.accuracy).toBeCloseTo(await agreement('new.nii.gz'), 6)
    expect(maps[0]!.scores.count).toBe(truth.length)
  })

  it('takes a scan by its path alone', async () => {
    await json('latent', 'classify', MODEL, 'new.nii', '--out', 'plain.nii.gz')
    expect(await agreement('plain.nii.gz')).toBe(await agreement('new.nii.gz'))
  })

  it('classes every other pixel only, and takes those around it to be the same', async () => {
    await json('latent', 'classify', MODEL, 'new.json', '--out', 'coarse.nii.gz', '--step', '2')
    const coarse = await agreement('coarse.nii.gz')
    expect(coarse).toBeGreaterThan(0.9)
    expect(coarse).toBeLessThan(await agreement('new.nii.gz'))
  })

  it('writes one map for each of several scans, and no single file for them', async () => {
    await json('latent', 'classify', MODEL, 'both.json', '--out', 'maps')
    expect(['new', 'a'].every(name => existsSync(at('maps', `${name}.nii.gz`)))).toBe(true)
    expect((await sagitta('latent', 'classify', MODEL, 'both.json', '--out', 'one.nii.gz')).code).toBe(2)
  })

  it('writes patches as a table, too', async () => {
    const { scores } = await json<Table>('latent', 'classify', MODEL, 'new.json', '--out', 'patches.csv')
    expect(scores!.classes.map(({ name }) => name)).toEqual(['none', 'vessel', 'node'])
    expect(scores!.balancedAccuracy).toBeGreaterThan(0.9)
  })
})
