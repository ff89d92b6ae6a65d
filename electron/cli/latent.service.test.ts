// `sagitta train` for codes and `sagitta latent ...`, spawned as scripts spawn them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode as decodePng } from 'fast-png'
import { beforeAll, describe, expect, it } from 'vitest'
import { tinyImages } from '#compute/testing/tinyImages'
import { readNpy } from '#common/latent/npy'
import { temporaryFolder } from '#study/testing/temporaryFolder'
import { commandIn } from './testing/commandIn'

const root = temporaryFolder()
const { sagitta, json, failure } = commandIn(root.path)
const at = (...parts: string[]): string => join(root.path, ...parts)

const MODEL = join('run', 'model.onnx')
let images: string

beforeAll(async () => {
  const config = await tinyImages(at('data'), { epochs: 20 })
  images = (config.dataset as { images: string }).images
  writeFileSync(at('config.json'), JSON.stringify(config))
  const trained = await json<{ model: string; best: { metrics: { validation: { terms: object } } }; pca: object }>(
    'train',
    'config.json',
    '--out',
    'run',
  )
  expect(trained.model).toBe(at(MODEL))
  expect(trained.best.metrics.validation.terms).toMatchObject({ kl: expect.any(Number) as number })
  expect(trained.pca).toMatchObject({ components: 3, fittedOn: 72, term: 'reconstruction' })
})

it('sagitta train says at its end what as many principal components reach', async () => {
  const config = await tinyImages(at('data'), { epochs: 2 })
  writeFileSync(at('short.json'), JSON.stringify(config))
  const { code, stdout } = await sagitta('train', 'short.json', '--out', 'short')
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /squared error an image: [\d.]+; of 3 principal components: [\d.]+ \(fitted on all 72 training images\)/,
  )
})

describe('sagitta latent', () => {
  it('encodes, and decodes what it encoded', async () => {
    const encoded = await json<{ count: number; dimensions: number; items: object[] }>(
      ...['latent', 'encode', MODEL, 'config.json', '--out', 'codes.npy'],
    )
    expect(encoded).toMatchObject({ count: 96, dimensions: 3 })
    expect(encoded.items[2]).toEqual({ id: 'images-idx3-ubyte 2', source: images, slice: null })
    expect(readNpy(readFileSync(at('codes.npy')), 'codes').shape).toEqual([96, 3])
    await json('latent', 'decode', MODEL, 'codes.npy', '--out', 'pictures.npy')
    expect(readNpy(readFileSync(at('pictures.npy')), 'pictures').shape).toEqual([96, 1, 8, 8])
  })

  it('draws samples, traversals and ways as pictures', async () => {
    await json('latent', 'sample', MODEL, '--count', '9', '--seed', '3', '--out', 'samples.png')
    await json('latent', 'sample', MODEL, '--count', '9', '--seed', '3', '--out', 'again.png')
    expect(readFileSync(at('samples.png'))).toEqual(readFileSync(at('again.png')))
    const walk = await json<{ units: number[] }>('latent', 'traverse', MODEL, '--steps', '5', '--out', 'walk.png')
    expect(walk.units).toEqual([0, 1, 2])
    const png = decodePng(readFileSync(at('walk.png')))
    expect([png.width, png.height]).toEqual([40, 24])
    await json('latent', 'plane', MODEL, '--units', '0,2', '--size', '3', '--out', 'plane.png')
    expect(decodePng(readFileSync(at('plane.png'))).height).toBe(24)
    await json('latent', 'fields', MODEL, images, '--out', 'fields.npy')
    expect(readNpy(readFileSync(at('fields.npy')), 'fields').shape).toEqual([3, 1, 8, 8])
    await json(
      ...['latent', 'interpolate', MODEL, 'codes.npy', '--from', '0', '--to', '1', '--spherical', '--out', 'way.png'],
    )
    expect(decodePng(readFileSync(at('way.png'))).width).toBe(72)
    const summed = await json<{ amounts: number[] }>(
      ...['latent', 'sum', MODEL, 'codes.npy', '--add', '0,1', '--take', '2', '--from', '2', '--out', 'sum.npy'],
    )
    expect(summed.amounts).toEqual([0, 0.5, 1])
    const sums = readNpy(readFileSync(at('sum.npy')), 'sum')
    const pictures = readNpy(readFileSync(at('pictures.npy')), 'pictures')
    expect(sums.shape).toEqual([3, 1, 8, 8])
    // An amount of 0 is the point itself: the third image's own decode.
    const apart = sums.values.subarray(0, 64).map((value, p) => Math.abs(value - pictures.values[2 * 64 + p]!))
    expect(Math.max(...apart)).toBeLessThan(1e-5)
  })

  it('maps, measures, finds neighbours and ranks', async () => {
    await json('latent', 'map', MODEL, images, '--out', 'map.csv')
    expect(readFileSync(at('map.csv'), 'utf8').split('\n')).toHaveLength(98)
    const near = await json<{ neighbours: { distance: number }[] }>(
      ...['latent', 'neighbours', MODEL, images, '--index', '4', '--count', '3'],
    )
    expect(near.neighbours).toHaveLength(3)
    expect(await json('latent', 'measure', MODEL, images, '--count', '60')).toMatchObject({
      samples: 'prior',
      count: 96,
    })
    const ranked = await json<{ roc: { area: number }; first: { reason: string }[] }>(
      ...['latent', 'anomaly', MODEL, 'config.json', '--out', 'ranking.csv', '--anomalous', '3', '--maps', 'maps.npy'],
    )
    expect(ranked.roc.area).toBeGreaterThanOrEqual(0)
    expect(ranked.first).toHaveLength(20)
    expect(readNpy(readFileSync(at('maps.npy')), 'maps').shape).toEqual([96, 1, 8, 8])
    expect(readFileSync(at('ranking.csv'), 'utf8')).toMatch(/^rank,id,error,outlierness\n1,"images/)
  })

  it('refuses with a code and the way out', async () => {
    writeFileSync(at('codes2.npy'), readFileSync(at('pictures.npy')))
    expect(await failure('latent', 'decode', MODEL, 'codes2.npy', '--out', 'x.npy')).toMatchObject({
      code: 'shape-mismatch',
    })
    expect(await failure('latent', 'encode', 'none.onnx', images, '--out', 'x.npy')).toMatchObject({
      code: 'not-found',
    })
    writeFileSync(at('bad.json'), JSON.stringify({ task: 'vae', dataset: { kind: 'idx' } }))
    expect(await failure('train', 'bad.json', '--out', 'bad')).toMatchObject({ code: 'config-invalid' })
    expect((await sagitta('latent', 'decode', MODEL, 'codes.npy', '--out', 'x.jpg')).code).toBe(2)
    expect((await sagitta('latent', 'sample', MODEL)).code).toBe(2)
  })

  it('is shown by model show', async () => {
    expect(await json('model', 'show', MODEL)).toMatchObject({ card: { task: 'vae' }, latent: { units: 3 } })
  })
})
