// From points to voxels and back on prepared volumes: one patient scanned axially, sagittally and obliquely, patches of all three as images.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { affineFromColumns, apply, invert } from '#common/geometry/affine'
import type { Affine, Vec3 } from '#common/geometry/types'
import type { Codes } from '#common/ipc/latent'
import { imageSourceSchema } from '#common/latent/imageSource'
import { openImages } from '#compute/index'
import { prepareCase } from '#study/prepare/prepareCase'
import { imagesInRegion, placeOfImage, type Placed } from './regionLink'

const SIZE = [24, 20, 12] as const
const PATCH = 6
const FRAME = '1.2.840.1'
/** A place inside all three scans, LPS mm. */
const MARK: Vec3 = [3, -4, 5]
const CENTRE: Vec3 = [(SIZE[0] - 1) / 2, (SIZE[1] - 1) / 2, (SIZE[2] - 1) / 2]

/** Directions of columns, rows and slices; the middle voxel lies at the patient's origin. */
function around(i: Vec3, j: Vec3, spacing: Vec3): Affine {
  const k: Vec3 = [i[1] * j[2] - i[2] * j[1], i[2] * j[0] - i[0] * j[2], i[0] * j[1] - i[1] * j[0]]
  const axes = [i, j, k].map((axis, n) => axis.map(value => value * spacing[n]!) as unknown as Vec3)
  const origin = [0, 1, 2].map(row => -axes.reduce((sum, axis, n) => sum + axis[row]! * CENTRE[n]!, 0))
  return affineFromColumns(axes[0]!, axes[1]!, axes[2]!, origin as unknown as Vec3)
}
const [c, s] = [Math.cos(0.5), Math.sin(0.5)]
const SCANS: Readonly<Record<string, { affine: Affine; spacing: Vec3 }>> = {
  axial: { spacing: [1.5, 1.5, 3], affine: around([1, 0, 0], [0, 1, 0], [1.5, 1.5, 3]) },
  sagittal: { spacing: [2, 1.5, 3], affine: around([0, 1, 0], [0, 0, -1], [2, 1.5, 3]) },
  // Turned about the patient's x by half a radian, and columns running to the right.
  oblique: { spacing: [1.5, 2, 2.5], affine: around([-1, 0, 0], [0, c, s], [1.5, 2, 2.5]) },
}
const NAMES = Object.keys(SCANS)

/** What the scanner sees at a point: no two places of the patient look alike. */
const seen = ([x, y, z]: Vec3): number => 100 * Math.sin(0.11 * x + 0.05) + 70 * Math.sin(0.09 * y) + 3 * z
const voxel = (name: string, i: number, j: number, k: number): number =>
  Math.fround(seen(apply(SCANS[name]!.affine, [i, j, k])))

let folder: string
let codes: Pick<Codes, 'places' | 'count'>
let pixelsOf: (n: number) => number[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagitta-link-'))
  const headers = await Promise.all(
    NAMES.map(name => {
      const { affine, spacing } = SCANS[name]!
      const slice = (k: number): Float32Array =>
        Float32Array.from({ length: SIZE[0] * SIZE[1] }, (_, at) =>
          voxel(name, at % SIZE[0], Math.floor(at / SIZE[0]), k),
        )
      return prepareCase(
        {
          ...{ name, identity: name, modality: 'CT' },
          grid: {
            ...{ size: [...SIZE], spacingMm: [...spacing], affineLps: [...affine] },
            slicePositionsMm: Array.from({ length: SIZE[2] }, (_, k) => k * spacing[2]),
            orientation: [0, 1, 2, 4, 5, 6].map(at => affine[at]! / spacing[at % 4 === 0 ? 0 : 1]),
            verdict: { kind: 'uniform', details: '', files: [], tiltDegrees: null, gaps: [] },
          },
          slice: k => Promise.resolve(slice(k)),
        },
        {
          preprocessing: {
            ...{ spacingMm: [null, null, null], crop: null, clip: null, normalization: { mean: 0, sd: 1 } },
            ...{ padding: 'edge', orientation: 'LPS' },
          },
          folder,
        },
      )
    }),
  )
  const set = await openImages(
    imageSourceSchema.parse({
      ...{ kind: 'studies', unit: 'patches', size: [PATCH, PATCH], step: 4 },
      cases: NAMES.map(name => ({ id: name, patient: 'P', image: name })),
    }),
    { headers },
  )
  const column = (read: (place: NonNullable<(typeof set.items)[number]['place']>) => number): Int32Array =>
    Int32Array.from(set.items, ({ place }) => read(place!))
  codes = {
    count: set.count,
    places: {
      volumeIds: NAMES,
      volume: column(({ volume }) => NAMES.indexOf(volume)),
      ...{ k: column(({ k }) => k), left: column(({ left }) => left), top: column(({ top }) => top) },
      ...{ columns: column(({ columns }) => columns), rows: column(({ rows }) => rows) },
    },
  }
  pixelsOf = n => [...set.gather([n])]
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const placed = (name: string): Placed => ({
  ...{ size: SIZE, affineLps: SCANS[name]!.affine, frameOfReferenceUid: FRAME },
})
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

describe('a point of the map', () => {
  it('leads to the very voxels its image shows, however the series is turned', () => {
    expect(codes.count).toBeGreaterThan(500)
    for (let n = 0; n < codes.count; n++) {
      const { volumeId, k, box } = placeOfImage(codes, n)!
      const there: number[] = []
      for (let j = box.top; j < box.bottom; j++)
        for (let i = box.left; i < box.right; i++) there.push(voxel(volumeId, i, j, k))
      const shown = sorted(pixelsOf(n))
      expect(shown).toHaveLength(there.length)
      sorted(there).forEach((value, at) => expect(shown[at]).toBeCloseTo(value, 2))
    }
  })
})

describe('a voxel', () => {
  /** The voxel of a scan that a place in the patient falls into. */
  const voxelAt = (name: string, point: Vec3): Vec3 =>
    apply(invert(SCANS[name]!.affine), point).map(value => Math.round(value)) as unknown as Vec3

  it.each(NAMES)('drawn on the %s scan lights its images in all three, and they show that place', name => {
    const [i, j, k] = voxelAt(name, MARK)
    const region = { volumeId: name, k, box: { left: i, top: j, right: i + 1, bottom: j + 1 } }
    const lit = new Set(imagesInRegion(codes, region, placed))
    const inVolume = new Map(NAMES.map(one => [one, 0]))
    for (let n = 0; n < codes.count; n++) {
      const at = placeOfImage(codes, n)!
      const [x, y, z] = voxelAt(at.volumeId, apply(SCANS[name]!.affine, [i, j, k]))
      const shows = at.k === z && x >= at.box.left && x < at.box.right && y >= at.box.top && y < at.box.bottom
      if (shows) expect(lit).toContain(n)
      if (lit.has(n)) inVolume.set(at.volumeId, inVolume.get(at.volumeId)! + 1)
    }
    for (const [one, count] of inVolume) expect(count, one).toBeGreaterThan(0)
    // A voxel is small beside a patch: few images show it, and of its own series only those of its slice.
    expect(lit.size).toBeLessThan(codes.count / 10)
    for (const n of lit) if (placeOfImage(codes, n)!.volumeId === name) expect(placeOfImage(codes, n)!.k).toBe(k)
  })
})
