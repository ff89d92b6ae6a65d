// Sources of images: what they hold, how they are scaled, chosen and split, and how a bad one is refused.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encode as encodePng } from 'fast-png'
import { zipSync } from 'fflate'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageSourceSchema } from '#common/latent/imageSource'
import { writeNpy } from '#common/latent/npy'
import { idxBytes } from '../testing/tinyImages'
import { tinyCases } from '../testing/tinyCases'
import { centred, cut } from './fitPlane'
import { ImageSet } from './imageSet'
import { openImages } from './openImages'
import { placeOf } from './studyImages'
import type { PreparedCase } from './preparedCase'
import { givenSplit, splitImages, withinStudies } from './splitImages'

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-images-'))))
afterAll(() => rm(root, { recursive: true, force: true }))

const write = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(root, name)
  await writeFile(path, bytes)
  return path
}
const open = (source: object, headers: string[] = []) => openImages(imageSourceSchema.parse(source), { headers })

describe('IDX files', () => {
  it('are read plain and gzipped, scaled from bytes to 0..1', async () => {
    const bytes = idxBytes([2, 1, 3], Uint8Array.of(0, 51, 255, 1, 2, 3))
    const labels = await write('labels', idxBytes([2], Uint8Array.of(4, 0)))
    for (const images of [await write('plain', bytes), await write('packed.gz', gzipSync(bytes))]) {
      const set = await open({ kind: 'idx', images, labels })
      expect(set.shape).toEqual([1, 1, 3])
      expect([...set.gather([0])].map(value => Math.round(value * 100) / 100)).toEqual([0, 0.2, 1])
      expect(set.items.map(({ label }) => label)).toEqual([4, 0])
      expect(set.classNames).toHaveLength(5)
    }
  })

  it('are refused with the reason', async () => {
    const cut = await write('cut', idxBytes([3, 2, 2], new Uint8Array(5)))
    await expect(open({ kind: 'idx', images: cut })).rejects.toThrow(/cut is truncated: 3 x 2 x 2/)
    const text = await write('text', new TextEncoder().encode('not images at all'))
    await expect(open({ kind: 'idx', images: text })).rejects.toMatchObject({ code: 'corrupt-file' })
    const gz = await write('bad.gz', Uint8Array.of(0x1f, 0x8b, 1, 2, 3))
    await expect(open({ kind: 'idx', images: gz })).rejects.toThrow(/gzipped, and damaged/)
    const two = await write('two', idxBytes([2, 1, 1], Uint8Array.of(1, 2)))
    const one = await write('one', idxBytes([1], Uint8Array.of(1)))
    await expect(open({ kind: 'idx', images: two, labels: one })).rejects.toThrow(/1 labels, .*2 images/)
  })
})

describe('NPZ files', () => {
  it('give an entry with the labels that go with it; channels come first', async () => {
    const file = await write(
      'medmnist.npz',
      zipSync({
        'train_images.npy': writeNpy({ shape: [2, 1, 2, 3], values: Uint8Array.from({ length: 12 }, (_, n) => n) }),
        'train_labels.npy': writeNpy({ shape: [2, 1], values: Uint8Array.of(1, 0) }),
        'val_images.npy': writeNpy({ shape: [1, 2, 2], values: Float32Array.of(0.5, -1, 2, 7) }),
      }),
    )
    const train = await open({ kind: 'npz', file })
    expect(train.shape).toEqual([3, 1, 2])
    expect([...train.scaled(null).gather([0])]).toEqual([0, 3, 1, 4, 2, 5])
    expect(train.items.map(({ label }) => label)).toEqual([1, 0])
    const validation = await open({ kind: 'npz', file, images: 'val_images' })
    expect(validation.range()).toEqual([-1, 7])
    expect(validation.items[0]!.label).toBeNull()
    expect(() => validation.labels()).toThrow(/has no labels/)
    await expect(open({ kind: 'npz', file, images: 'pictures' })).rejects.toThrow(
      /no array pictures. It has train_images/,
    )
    const broken = await write('broken.npz', Uint8Array.of(1, 2, 3))
    await expect(open({ kind: 'npz', file: broken })).rejects.toMatchObject({ code: 'corrupt-file' })
  })
})

describe('folders of pictures', () => {
  const png = (width: number, height: number, channels: 1 | 3, value: number): Uint8Array =>
    encodePng({ width, height, channels, depth: 8, data: new Uint8Array(width * height * channels).fill(value) })

  it('are read by ITK, labelled by their folders, fitted to one size', async () => {
    const folder = join(root, 'pictures')
    await mkdir(join(folder, 'cat'), { recursive: true })
    await mkdir(join(folder, 'dog'), { recursive: true })
    await writeFile(join(folder, 'cat', 'a.png'), png(4, 4, 1, 255))
    await writeFile(join(folder, 'dog', 'b.png'), png(8, 8, 3, 51))
    await writeFile(join(folder, 'notes.txt'), 'no picture')
    await expect(open({ kind: 'folder', folder })).rejects.toThrow(/b\.png is 1 x 8 x 8 .*Give "size"/)
    const set = await open({ kind: 'folder', folder, size: [4, 4], labels: 'folders' })
    expect(set.classNames).toEqual(['cat', 'dog'])
    expect(set.items.map(({ id }) => id)).toEqual([join('cat', 'a.png'), join('dog', 'b.png')])
    expect(set.gather([0])[5]).toBe(1)
    expect(set.gather([1])[5]).toBeCloseTo(0.2, 5)
    await writeFile(join(folder, 'cat', 'z.png'), png(4, 4, 1, 1).subarray(0, 40))
    await expect(open({ kind: 'folder', folder, size: [4, 4] })).rejects.toThrow(/z\.png cannot be read/)
    await mkdir(join(root, 'empty'))
    await expect(open({ kind: 'folder', folder: join(root, 'empty') })).rejects.toMatchObject({ code: 'no-images' })
  })
})

describe('volumes', () => {
  it('give slices and patches, all or only those without a label, labelled by what they show', async () => {
    const headers = await tinyCases(join(root, 'cases'), { cases: 2, slices: 3 })
    const cases = [0, 1].map(n => ({ id: `c${n}`, patient: `P${n}`, image: `v${n}`, labels: `v${n}` }))
    const studies = { kind: 'studies', cases, classes: [{ value: 7, name: 'square' }] }
    const slices = await open({ ...studies, size: [8, 8] }, headers)
    expect([slices.count, slices.shape]).toEqual([6, [1, 8, 8]])
    expect(slices.items.every(({ label }) => label === 1)).toBe(true)
    expect(slices.items[4]!.place).toEqual({ volume: 'v1', k: 1, left: 0, top: 0, columns: 16, rows: 16 })
    const patches = { ...studies, unit: 'patches', size: [4, 4] }
    const everything = await open(patches, headers)
    const free = await open({ ...patches, keep: 'free' }, headers)
    const showing = await open({ ...patches, keep: 'showing' }, headers)
    expect(everything.count).toBe(6 * 16)
    expect(free.count + showing.count).toBe(everything.count)
    expect(free.items.every(({ label }) => label === 0)).toBe(true)
    const other = { classes: [{ value: 5, name: 'other' }, ...studies.classes], keepBy: [5] }
    expect((await open({ ...patches, ...other, keep: 'free' }, headers)).count).toBe(free.count)
    const boxed = await open({ ...patches, box: { from: [0, 4, 1], to: [8, 12, 2] } }, headers)
    expect(boxed.count).toBe(2 * 4)
    expect(boxed.items.every(({ place }) => place!.k === 1 && place!.left < 8 && place!.top >= 4)).toBe(true)
    await expect(open({ ...patches, size: [32, 32] }, headers)).rejects.toMatchObject({ code: 'no-training-data' })
  })

  it('that nobody completed have no label, and are neither free of one nor show one', async () => {
    const [header] = (await tinyCases(join(root, 'unfinished'), { cases: 1, slices: 3 })) as [string]
    const content = JSON.parse(await readFile(header, 'utf8')) as { target: { weights: number[] } }
    content.target.weights[1] = 0
    await writeFile(header, JSON.stringify(content))
    const studies = {
      ...{ kind: 'studies', size: [8, 8], classes: [{ value: 7, name: 'square' }] },
      cases: [{ id: 'c', patient: 'P', image: 'v', labels: 'v' }],
    }
    const all = await open(studies, [header])
    expect(all.items.map(({ label }) => label)).toEqual([1, null, 1])
    expect((await open({ ...studies, keep: 'showing' }, [header])).items.map(({ place }) => place!.k)).toEqual([0, 2])
    await expect(open({ ...studies, keep: 'free' }, [header])).rejects.toMatchObject({ code: 'no-training-data' })
  })

  it('know their voxels when the slice was turned, cropped to the body and resampled', () => {
    // Columns run to the right in the patient, rows to the front: both are turned the network's way.
    const header = {
      grid: { size: [20, 10, 3], orientation: [-1, 0, 0, 0, -1, 0] },
      box: { left: 4, top: 2, columns: 12, rows: 6 },
      network: { columns: 6, rows: 6, slices: 3 },
      preprocessing: { orientation: 'LPS' },
    }
    const place = placeOf({ header, network: header.network } as unknown as PreparedCase, 'v', 2, {
      ...{ left: 1, top: 0, columns: 2, rows: 3 },
    })
    // Turned columns 6 to 9 are acquired columns 19 - 9 to 19 - 6, turned rows 2 to 4 acquired rows 9 - 4 to 9 - 2.
    expect(place).toEqual({ volume: 'v', k: 2, left: 10, top: 5, columns: 4, rows: 3 })
  })
})

describe('images of one kind', () => {
  const set = (values: Float32Array, patients: readonly string[] = []): ImageSet =>
    ImageSet.of({
      ...{ name: 'numbers', shape: [1, 1, 1], values, classNames: ['a', 'b'], scale: null },
      items: Array.from(values, (_, n) => ({ id: `item ${n}`, patient: patients[n] ?? '', label: n % 2, place: null })),
    })

  it('name the first one that is no number (T06)', () => {
    expect(() => set(Float32Array.of(1, 2, NaN))).toThrow(/item 2 in numbers holds NaN/)
    expect(() => set(new Float32Array(0))).toThrow(/no images/)
  })

  it('are chosen by label and number, the same for the same seed', () => {
    const all = set(Float32Array.from({ length: 20 }, (_, n) => n))
    const some = all.select({ labels: [1], perLabel: 3, atMost: null, seed: 4 })
    expect(some.items.map(({ label }) => label)).toEqual([1, 1, 1])
    expect(some.items).toEqual(all.select({ labels: [1], perLabel: 3, atMost: null, seed: 4 }).items)
    expect(all.select({ labels: null, perLabel: null, atMost: 5, seed: 1 }).count).toBe(5)
    expect(() => all.select({ labels: [9], perLabel: null, atMost: null, seed: 1 })).toThrow(/no images/)
    const first = some.items[0]!
    expect(some.gather([0])[0]).toBe(Number(first.id.split(' ')[1]))
  })

  it('are split so that no patient is on both sides', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 30 }),
        fc.nat(),
        (owners, seed) => {
          if (new Set(owners).size < 2) return
          const images = set(
            Float32Array.from(owners),
            owners.map(owner => `P${owner}`),
          )
          const { train, validation, mode } = splitImages(images, 0.3, seed)
          const sides = [train, validation].map(side => new Set(side.items.map(({ patient }) => patient)))
          expect(mode).toBe('patient')
          expect(train.count + validation.count).toBe(images.count)
          expect([...sides[0]!].filter(patient => sides[1]!.has(patient))).toEqual([])
          expect(Math.min(train.count, validation.count)).toBeGreaterThan(0)
        },
      ),
    )
    expect(splitImages(set(Float32Array.of(1, 2, 3)), 0.3, 0).notices[0]).toMatch(/names no patients/)
    expect(() => splitImages(set(Float32Array.of(1, 2), ['A', 'A']), 0.3, 0)).toThrow(/one patient \(A\)/)
    expect(() => givenSplit(set(Float32Array.of(1), ['A']), set(Float32Array.of(1), ['A']))).toThrow(
      /both|same patient/,
    )
  })

  const slices = (count: number, volumes = ['a'], patches = 1) =>
    ImageSet.of({
      ...{ name: 'slices', shape: [1, 1, 1], classNames: [], scale: null },
      values: new Float32Array(count * volumes.length * patches),
      items: volumes.flatMap(volume =>
        Array.from({ length: count * patches }, (_, n) => {
          const k = Math.floor(n / patches)
          return {
            ...{ id: `${volume} ${n}`, patient: 'A', label: null },
            place: { volume, k, left: 0, top: 0, columns: 1, rows: 1 },
          }
        }),
      ),
    })

  it('are split within scans by a block of slices, with a gap to those that learn', () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.integer({ min: 6, max: 120 }),
          patches: fc.integer({ min: 1, max: 3 }),
          fraction: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
          seed: fc.nat(),
        }),
        ({ count, patches, fraction, seed }) => {
          const images = slices(count, ['a', 'b'], patches)
          const { train, validation, mode, notices } = withinStudies(images, fraction, seed)
          expect([mode, notices[0]]).toEqual(['within-study', expect.stringContaining('not generalisation')])
          for (const volume of ['a', 'b']) {
            const ksOf = (side: ImageSet) => [
              ...new Set(side.items.flatMap(({ place }) => (place?.volume === volume ? [place.k] : []))),
            ]
            const [learnt, judged] = [ksOf(train), ksOf(validation)]
            // one block without holes, and nobody learns from its neighbours
            expect(Math.max(...judged) - Math.min(...judged) + 1).toBe(judged.length)
            expect(judged).toHaveLength(Math.max(1, Math.round(count * fraction)))
            expect(learnt.filter(k => judged.some(other => Math.abs(k - other) < 2))).toEqual([])
          }
          expect(withinStudies(images, fraction, seed).validation.items).toEqual(validation.items)
        },
      ),
    )
  })

  it('can’t be split within one slice, nor where they are no slices', () => {
    expect(() => withinStudies(slices(1), 0.2, 0)).toThrow(/A shows 1 slice: too few/)
    expect(() => withinStudies(set(Float32Array.of(1, 2)), 0.2, 0)).toThrow(/pictures, not slices/)
  })

  it('are cut around their centre; what lies outside has the smallest value', () => {
    const values = Float32Array.of(5, 6, 7, 8)
    const plane = { columns: 2, rows: 2 }
    expect([...cut(values, plane, centred(plane, { columns: 4, rows: 2 }))]).toEqual([5, 5, 6, 5, 5, 7, 8, 5])
    expect([...cut(values, plane, { left: 1, top: 0, columns: 1, rows: 2 })]).toEqual([6, 8])
  })
})
