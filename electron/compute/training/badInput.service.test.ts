// Runs on what nothing can be learnt from: a typed error that names file, image, layer or tensor; never a silent wrong result.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SagittaError } from '#common/errors'
import { latentTrainConfigSchema, type LatentTrainConfigInput } from '#common/latent/trainConfig'
import { ImageSet } from '../datasets/imageSet'
import { ProgramSession } from '../runtime/programSession'
import { openSessionCount } from '../runtime/openSession'
import { StateTensors } from '../runtime/stateTensors'
import { tinyImages } from '../testing/tinyImages'
import { loadCheckpoint } from './checkpoint'
import { trainLatentRun } from './latentRun'
import { autoencoderModel, autoencoderNetwork, vaeNetwork } from './latentNetwork'

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-bad-'))))
afterAll(() => rm(root, { recursive: true, force: true }))

const AUTOENCODER: Partial<LatentTrainConfigInput> = { task: 'autoencoder', model: { kind: 'dense', widths: [8, 3] } }

/** Nothing saturates: what grows goes on growing. */
const UNBOUNDED = { ...AUTOENCODER, model: { ...AUTOENCODER.model, outputActivation: 'identity' } }

async function refused(name: string, changes: Partial<LatentTrainConfigInput>, resume = false): Promise<SagittaError> {
  const config = await tinyImages(join(root, 'data'), changes)
  const error: unknown = await trainLatentRun({
    ...{ config, folder: join(root, name), resume, signal: new AbortController().signal, report: () => undefined },
  }).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error, 'it was not refused').not.toBeNull()
  expect(openSessionCount()).toBe(0)
  expect(existsSync(join(root, name, 'model.onnx'))).toBe(resume)
  return error as SagittaError
}

describe('a run that learns codes is refused', () => {
  it.each<[string, Partial<LatentTrainConfigInput>, string, RegExp]>([
    [
      'a size that does not divide',
      { task: 'autoencoder', model: { kind: 'convolutional', depth: 4, code: 3 } },
      'shape-mismatch',
      /8 is no multiple of 16/,
    ],
    [
      'as VAE, a size that does not divide',
      { model: { latent: 3, network: { kind: 'convolutional', depth: 4 } } },
      'shape-mismatch',
      /8 is no multiple of 16/,
    ],
    [
      'an absurd width',
      { task: 'autoencoder', model: { kind: 'dense', widths: [900_000, 900_000, 3] } },
      'too-much-memory',
      /encoder\.1.*Nothing has been allocated/,
    ],
    [
      'as VAE, an absurd width',
      { model: { latent: 3, network: { kind: 'dense', widths: [900_000, 900_000] } } },
      'too-much-memory',
      /encoder\.1/,
    ],
    ['no units', { task: 'autoencoder', model: { kind: 'dense', widths: [0] } }, 'config-invalid', /widths/],
    ['more images in a batch than there are', { batch: 500 }, 'no-training-data', /a batch takes 500/],
  ])('%s', async (name, changes, code, says) => {
    const error = await refused(name.replaceAll(' ', '-'), changes)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(says)
  })

  it.each(['vae', 'autoencoder'] as const)('%s: at the first loss that is no number, naming the images', async task => {
    const wild = { optimizer: { kind: 'sgd', learningRate: 1e6 }, epochs: 3 }
    const error = await refused(`wild-${task}`, task === 'vae' ? wild : { ...UNBOUNDED, ...wild })
    expect(error).toMatchObject({ code: 'not-finite', details: { epoch: 1 } })
    expect(error.message).toMatch(/epoch 1, batch \d+ \(.+\)/)
  })

  it('images of which one holds NaN, naming it', () => {
    const values = new Float32Array(4 * 16).fill(1)
    values[2 * 16 + 3] = NaN
    expect(() =>
      ImageSet.of({
        ...{ name: 'holed', shape: [1, 4, 4], values, classNames: [], scale: null },
        items: [0, 1, 2, 3].map(n => ({ id: `image ${n}`, patient: '', label: null, place: null })),
      }),
    ).toThrow(expect.objectContaining({ code: 'not-finite', details: { source: 'holed', item: 'image 2' } }) as Error)
  })

  it.each(['vae', 'autoencoder'] as const)('%s: a checkpoint that holds NaN, naming file and tensor', async task => {
    const name = `resumed-${task}`
    const changes: Partial<LatentTrainConfigInput> = task === 'vae' ? {} : AUTOENCODER
    const config = await tinyImages(join(root, 'data'), { ...changes, epochs: 1 })
    const folder = join(root, name)
    await trainLatentRun({ config, folder, signal: new AbortController().signal, report: () => undefined })
    const path = join(folder, 'checkpoint', 'last.ckpt')
    const bytes = await readFile(path)
    const [first] = [...(await loadCheckpoint(path)).state.keys()]
    const headerEnd = bytes.indexOf(10, bytes.indexOf(10) + 1) + 1
    bytes.writeFloatLE(NaN, headerEnd + 8)
    await writeFile(path, bytes)
    const error = await refused(name, { ...changes, epochs: 1 }, true)
    expect(error).toMatchObject({ code: 'not-finite', details: { path, tensor: first, index: 2 } })
  })
})

describe('programs of autoencoders and VAEs', () => {
  const { model, loss, optimizer } = latentTrainConfigSchema.parse({
    task: 'vae',
    dataset: { kind: 'idx', images: 'none' },
  })
  const networks = {
    vae: () => vaeNetwork({ model: { ...model, latent: 2 }, loss, optimizer }, [1, 4, 4], 2),
    autoencoder: () =>
      autoencoderNetwork(autoencoderModel({ kind: 'dense', widths: [2] }, [1, 4, 4]), { loss, optimizer }, 2),
  }

  it.each(['vae', 'autoencoder'] as const)('%s: state that is no number, missing or ill-sized is named', kind => {
    const { train, initialState } = networks[kind]()
    const bad = (name: string, values: Float32Array | null) => {
      const state = new Map(initialState(1))
      if (values) state.set(name, values)
      else state.delete(name)
      return () => new StateTensors(train.state, state)
    }
    const name = 'encoder.0.weight'
    const weight = initialState(1).get(name)!.slice()
    weight[1] = -Infinity
    const thrown = (code: string) =>
      expect.objectContaining({ code, details: expect.objectContaining({ tensor: name }) as object }) as Error
    expect(bad(name, weight)).toThrow(thrown('not-finite'))
    expect(bad(name, null)).toThrow(thrown('model-invalid'))
    expect(bad(name, new Float32Array(3))).toThrow(thrown('model-invalid'))
  })

  it.each(['vae', 'autoencoder'] as const)(
    '%s: feeds that are missing, unknown, empty or ill-sized are named',
    async kind => {
      const { train, initialState } = networks[kind]()
      const session = await ProgramSession.open(train, { provider: 'cpu', threads: 1 })
      const state = new StateTensors(train.state, initialState(1))
      const noise = kind === 'vae' ? { noise: new Float32Array(4) } : {}
      const feeding = (feeds: Record<string, Float32Array>) => session.run({ ...noise, ...feeds }, state)
      const image = { code: 'shape-mismatch', details: { tensor: 'image' } }
      try {
        await expect(feeding({})).rejects.toMatchObject(image)
        await expect(feeding({ image: new Float32Array(0) })).rejects.toMatchObject(image)
        await expect(feeding({ image: new Float32Array(17) })).rejects.toMatchObject(image)
        await expect(feeding({ image: new Float32Array(32), more: new Float32Array(1) })).rejects.toMatchObject({
          code: 'shape-mismatch',
          details: { tensor: 'more' },
        })
        // NaN in goes out as NaN, which the loop stops at before it reaches the weights.
        const { loss: lost } = await feeding({ image: new Float32Array(32).fill(NaN) })
        expect(lost![0]).toBeNaN()
        expect((await state.snapshot()).get('encoder.0.weight')!.every(Number.isFinite)).toBe(true)
      } finally {
        await session.release()
      }
    },
  )
})
