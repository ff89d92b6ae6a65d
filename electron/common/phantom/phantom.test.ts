import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createScanner, generatePhantom, PHANTOM_LABELS, PHANTOM_PATIENTS, sliceGrid, type PhantomVolume } from '.'

/** The whole field of view in few voxels. */
const SMALL = [64, 64, 24] as const
const volumes = PHANTOM_PATIENTS.map(patient => generatePhantom(patient, { size: SMALL }))
const [anna, bruno, chiara] = volumes as [PhantomVolume, PhantomVolume, PhantomVolume]

const sha256 = (...arrays: (Int16Array | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  return hash.digest('hex')
}

const milliliters = ({ labels, spacingMm }: PhantomVolume, value: number): number =>
  (labels.filter(label => label === value).length * spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000

describe('reproducibility', () => {
  it('the same seed gives the same voxels on every machine', () => {
    expect(volumes.map(({ image, labels }) => sha256(image, labels))).toMatchInlineSnapshot(`
      [
        "2ae71852013c56dfcf207a203738e5f36dc94029023cecc88501f0dc4870466a",
        "5056c55a8f6f6814e80f4d0284634cf2c1ea48cbb96a75a317b83f9fdbd5b84a",
        "45a25fdd18e4d635f7efab2b9790fa2cfd7b7d3cc28c86f50f91efee66a8add2",
      ]
    `)
  })

  it('slices do not depend on which were made before', () => {
    const patient = PHANTOM_PATIENTS[1]!
    const scanner = createScanner(patient, sliceGrid(patient, SMALL))
    const plane = SMALL[0] * SMALL[1]
    for (const k of [17, 3, 4]) {
      const [image, labels] = [new Int16Array(plane), new Uint8Array(plane)]
      scanner.slice(k, image, labels)
      expect(image).toEqual(bruno.image.slice(k * plane, (k + 1) * plane))
      expect(labels).toEqual(bruno.labels.slice(k * plane, (k + 1) * plane))
    }
  })

  it('another seed gives another body', () => {
    const twin = generatePhantom({ ...PHANTOM_PATIENTS[0]!, seed: 9 }, { size: SMALL })
    const both = anna.labels.filter((label, n) => label === 1 && twin.labels[n] === 1).length
    const one = anna.labels.filter(label => label === 1).length
    expect(both / one).toBeGreaterThan(0.5)
    expect(both / one).toBeLessThan(0.97)
  })

  it('stops when told to between slices', () => {
    const stop = (k: number): void => {
      if (k === 2) throw new Error('stopped')
    }
    expect(() => generatePhantom(PHANTOM_PATIENTS[0]!, { size: SMALL, onSlice: stop })).toThrow('stopped')
  })
})

describe('the three patients', () => {
  it('differ in size, spacing and contrast, and two teach while one tests', () => {
    expect(PHANTOM_PATIENTS.map(patient => patient.use)).toEqual(['train', 'train', 'test'])
    for (const key of ['seed', 'id', 'name', 'spacingMm', 'scale', 'enhancement', 'fat'] as const)
      expect(new Set(PHANTOM_PATIENTS.map(patient => JSON.stringify(patient[key]))).size).toBe(3)
  })

  it('have organs of plausible size (mL)', () => {
    const plausible = {
      Liver: [1200, 2600],
      Lesion: [40, 200],
      Lung: [1500, 4000],
      Spine: [300, 700],
      Spleen: [50, 350],
      Kidney: [250, 550],
    }
    for (const volume of volumes)
      for (const { value, name } of PHANTOM_LABELS) {
        const [least, most] = plausible[name as keyof typeof plausible]
        expect(milliliters(volume, value), name).toBeGreaterThan(least!)
        expect(milliliters(volume, value), name).toBeLessThan(most!)
      }
  })

  it('hold the patient left to the right of the image: liver on one side, spleen on the other', () => {
    for (const { labels } of volumes) {
      const columns = (value: number): number => {
        const where = [...labels.keys()].filter(n => labels[n] === value).map(n => n % SMALL[0])
        return where.reduce((sum, i) => sum + i, 0) / where.length
      }
      expect(columns(1)).toBeLessThan(32)
      expect(columns(5)).toBeGreaterThan(38)
    }
  })
})

describe('values', () => {
  it('are Hounsfield units of the tissues', () => {
    const mean = ({ image, labels }: PhantomVolume, value: number): number => {
      const own = image.filter((_, n) => labels[n] === value)
      return own.reduce((sum, hu) => sum + hu, 0) / own.length
    }
    expect(mean(chiara, 3)).toBeLessThan(-700)
    expect(mean(chiara, 6)).toBeGreaterThan(mean(chiara, 1) + 30)
    expect(mean(chiara, 4)).toBeGreaterThan(200)
    expect(Math.min(...chiara.image)).toBeGreaterThanOrEqual(-1024)
    expect(Math.max(...chiara.image)).toBeLessThanOrEqual(3071)
    // The corner of the field of view is air.
    expect(Math.abs(chiara.image[0]! + 1000)).toBeLessThan(60)
  })
})

describe('geometry', () => {
  it('a coarser grid covers the same field of view', () => {
    const fine = sliceGrid(PHANTOM_PATIENTS[0]!)
    expect(anna.spacingMm.map((mm, axis) => mm * SMALL[axis]!)).toEqual(
      fine.spacingMm.map((mm, axis) => mm * PHANTOM_PATIENTS[0]!.size[axis]!),
    )
  })

  it('the affine takes the first voxel to the lowest right front corner and ascends towards left, back and head', () => {
    const [sx, , , x, , sy, , y, , , sz, z] = anna.affineLps
    expect([sx, sy, sz]).toEqual(anna.spacingMm)
    expect(x! < 0 && y! < 0 && z! < 0).toBe(true)
  })
})
