import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { preparedHeaderSchema } from '#common/ipc/prepare'
import type { Preprocessing } from '#common/ipc/training'
import { fingerprintCase } from './fingerprint'
import { withOnly } from './fromVolume'
import { prepareCase } from './prepareCase'
import type { ImageSource, TargetSource } from './sources'

const SIZE = [4, 3, 2] as [number, number, number]
const PREPROCESSING: Preprocessing = {
  spacingMm: [null, null, null],
  crop: null,
  clip: [-100, 100],
  normalization: { mean: 0, sd: 100 },
  padding: 'edge',
  orientation: 'LPS',
}

const image = (values: (k: number) => ArrayLike<number>, changes: Partial<ImageSource> = {}): ImageSource => ({
  name: 'scan-7',
  identity: 'a',
  modality: 'CT',
  grid: {
    size: SIZE,
    spacingMm: [1, 1, 2],
    affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
    slicePositionsMm: [0, 2],
    orientation: [1, 0, 0, 0, 1, 0],
    verdict: { kind: 'uniform', details: '', files: [], tiltDegrees: null, gaps: [] },
  },
  slice: async k => values(k),
  ...changes,
})
const target = (changes: Partial<TargetSource> = {}): TargetSource => ({
  name: 'scan-7 labels.nii.gz',
  identity: 'b',
  complete: [true, false],
  slice: async k => Uint16Array.from({ length: 12 }, (_, n) => (n === 0 ? 200 : n === 1 && k === 0 ? 5 : 0)),
  ...changes,
})
const ramp = (k: number) => Int16Array.from({ length: 12 }, (_, n) => n * 50 + k)
const table = { values: [5, 200] }

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'sagitta-prepare-'))))
afterAll(() => rm(folder, { recursive: true }))

const headerOf = async (path: string) => preparedHeaderSchema.parse(JSON.parse(await readFile(path, 'utf8')))

/** Every image another one: nothing of an earlier test is found in the cache. */
let images = 0
const other = (values: (k: number) => ArrayLike<number>) => image(values, { identity: `other ${++images}` })

const prepared = async (source: ImageSource, changes: Partial<Preprocessing>) => {
  const header = await headerOf(await prepareCase(source, { preprocessing: { ...PREPROCESSING, ...changes }, folder }))
  return { header, values: new Float32Array((await readFile(join(folder, header.values))).buffer.slice(0)) }
}

describe('preparing for a network made elsewhere', () => {
  it("scales by the image's own voxels, after clipping", async () => {
    const { values } = await prepared(other(ramp), { clip: [0, 400], normalization: { perImage: 'z-score' } })
    const clipped = [0, 1].flatMap(k => [...ramp(k)].map(value => Math.min(400, value)))
    const mean = clipped.reduce((a, b) => a + b) / 24
    const sd = Math.sqrt(clipped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 24)
    values.forEach((value, n) => expect(value).toBeCloseTo((clipped[n]! - mean) / sd, 5))
    const unit = await prepared(other(ramp), { clip: null, normalization: { perImage: 'unit-range' } })
    expect([unit.values[0], unit.values[23]]).toEqual([0, 1])
    expect(unit.values[1]).toBeCloseTo(50 / 551, 6)
  })

  it('an image of one value becomes 0, whatever the rule', async () => {
    for (const perImage of ['z-score', 'unit-range'] as const) {
      const { values } = await prepared(
        other(() => new Int16Array(12).fill(40)),
        { normalization: { perImage } },
      )
      expect(new Set(values)).toEqual(new Set([0]))
    }
  })

  it('looks only at voxels inside the crop', async () => {
    const body = (k: number) =>
      Int16Array.from({ length: 12 }, (_, n) => (n % 4 < 2 ? 100 + n + k : n % 4 === 2 ? -1000 : -2000))
    const { header, values } = await prepared(other(body), {
      crop: { above: 0 },
      clip: null,
      normalization: { perImage: 'unit-range' },
    })
    expect(header.network).toMatchObject({ columns: 3 })
    expect(Math.min(...values)).toBe(0)
    const whole = await prepared(other(body), { clip: null, normalization: { perImage: 'unit-range' } })
    expect(whole.values[0]).not.toBe(values[0])
  })

  it('names image and slice of a voxel that is no number, before anything is scaled by it', async () => {
    const holed = other(k => Float32Array.from({ length: 12 }, (_, n) => (k === 1 && n === 5 ? NaN : n)))
    await expect(prepared(holed, { normalization: { perImage: 'z-score' } })).rejects.toMatchObject({
      code: 'not-finite',
      details: { file: 'scan-7', slice: 1 },
    })
  })

  it('turns slices the way the network was shown them', async () => {
    const plain = { clip: null, normalization: { mean: 0, sd: 1 } } as const
    const { values } = await prepared(other(ramp), { ...plain, orientation: 'RAS' })
    expect([...values.slice(0, 12)]).toEqual([...ramp(0)].reverse())
    const mirrored = await prepared(other(ramp), { ...plain, orientation: 'RPS' })
    expect([...mirrored.values.slice(0, 4)]).toEqual([...ramp(0)].slice(0, 4).reverse())
  })

  it('stretches slices to one size, in a cache file of its own', async () => {
    const source = other(ramp)
    const { header, values } = await prepared(source, { resize: { columns: 8, rows: 6 } })
    expect(header.network).toEqual({ columns: 8, rows: 6, slices: 2 })
    expect(values).toHaveLength(96)
    expect(header.key).not.toBe((await prepared(source, {})).header.key)
  })
})

describe('preparing a case', () => {
  it('writes normalised values, classes and per-slice facts', async () => {
    const header = await headerOf(
      await prepareCase(image(ramp), { preprocessing: PREPROCESSING, target: { source: target(), table }, folder }),
    )
    const values = new Float32Array((await readFile(join(folder, header.values))).buffer.slice(0))
    expect(values).toHaveLength(24)
    expect([...values.slice(0, 4)]).toEqual([0, 0.5, 1, 1])
    expect(header.target!.weights).toEqual([1, 0])
    expect(header.target!.counts).toEqual([
      [10, 1, 1],
      [11, 0, 1],
    ])
    expect([...(await readFile(join(folder, header.target!.classes))).subarray(0, 3)]).toEqual([2, 1, 0])
  })

  it('finds an unchanged case again, and makes another when the mapping changed (S08)', async () => {
    let reads = 0
    const counted = image(k => {
      reads += 1
      return ramp(k)
    })
    const source = target({ slice: async () => new Uint16Array(12).fill(5) })
    const prepare = (values: number[]) =>
      prepareCase(counted, { preprocessing: PREPROCESSING, target: { source, table: { values } }, folder })
    const first = await prepare([5])
    const before = reads
    expect(await prepare([5])).toBe(first)
    expect(reads).toBe(before)
    expect(await prepare([5, 7])).not.toBe(first)
  })

  it('refuses unexpected label values with the file and the counts, and leaves nothing behind', async () => {
    const own = join(folder, 'refused')
    const prepared = prepareCase(image(ramp), {
      preprocessing: PREPROCESSING,
      target: { source: target(), table: { values: [5] } },
      folder: own,
    })
    await expect(prepared).rejects.toMatchObject({ code: 'label-values-unexpected', details: { counts: { 200: 1 } } })
    expect(await readdir(own)).toEqual([])
  })

  it('refuses an image with a NaN, naming it (T06)', async () => {
    const broken = image(() => Float32Array.from({ length: 12 }, (_, n) => (n === 5 ? NaN : n)), { identity: 'nan' })
    await expect(prepareCase(broken, { preprocessing: PREPROCESSING, folder })).rejects.toMatchObject({
      code: 'not-finite',
      details: { file: 'scan-7', slice: 0 },
    })
    await expect(fingerprintCase(broken, { source: target(), table })).rejects.toMatchObject({ code: 'not-finite' })
  })

  it('refuses labels on another grid', async () => {
    const source = target({ complete: [true] })
    await expect(
      prepareCase(image(ramp), { preprocessing: PREPROCESSING, target: { source, table }, folder }),
    ).rejects.toMatchObject({ code: 'grid-mismatch' })
  })

  it('stops when it is cancelled', async () => {
    await expect(
      prepareCase(image(ramp, { identity: 'c' }), {
        preprocessing: PREPROCESSING,
        folder,
        signal: AbortSignal.abort(),
      }),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('fingerprint', () => {
  it('looks under labels of completed slices only', async () => {
    const found = await fingerprintCase(image(ramp), { source: target(), table })
    expect(found.body).toBeNull()
    expect(found.range).toEqual([0, 551])
    // Label 5 is pixel 1 of slice 0, label 200 pixel 0; slice 1 is not complete.
    expect(found.labels).toMatchObject([
      { voxels: 1, median: 50 },
      { voxels: 1, median: 0 },
    ])
    expect(found.complete).toEqual([true, false])
    expect(found.counts).toEqual([
      [10, 1, 1],
      [0, 0, 0],
    ])
  })

  it('says when nobody completed a slice', async () => {
    const source = target({ complete: [false, false] })
    await expect(fingerprintCase(image(ramp), { source, table })).rejects.toMatchObject({ code: 'no-training-data' })
  })
})

describe('labels that a person left out', () => {
  it('are background; the others keep their values', () => {
    expect([...withOnly(Uint16Array.of(0, 5, 9, 200, 5), { values: [200, 5] })]).toEqual([0, 5, 0, 200, 5])
  })
})
