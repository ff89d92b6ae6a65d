// The way from a region to points: by voxels in one series, by patient space between series, oblique ones too.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affineFromColumns, apply, invert } from '#common/geometry/affine'
import type { Affine, Vec3 } from '#common/geometry/types'
import { imagesInRegion, placeOfImage, type Placed, type SliceBox } from './regionLink'

interface Image {
  volumeId: string
  k: number
  box: SliceBox
}

function codesAt(images: readonly (Image | null)[]) {
  const volumeIds = [...new Set(images.flatMap(image => (image ? [image.volumeId] : [])))]
  const column = (read: (image: Image) => number): Int32Array =>
    Int32Array.from(images, image => (image ? read(image) : -1))
  return {
    count: images.length,
    places: {
      volumeIds,
      volume: column(({ volumeId }) => volumeIds.indexOf(volumeId)),
      k: column(({ k }) => k),
      left: column(({ box }) => box.left),
      top: column(({ box }) => box.top),
      columns: column(({ box }) => box.right - box.left),
      rows: column(({ box }) => box.bottom - box.top),
    },
  }
}

const box = (left: number, top: number, size: number): SliceBox => ({
  ...{ left, top, right: left + size, bottom: top + size },
})
const placed = (affineLps: Affine | null, frameOfReferenceUid = '1.2.3'): Placed => ({
  ...{ size: [64, 64, 32], affineLps, frameOfReferenceUid },
})
const straight = affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 3], [0, 0, 0])

/** Turned about two axes, steps of any length, moved. */
function turned(aboutX: number, aboutZ: number, spacing: Vec3, origin: Vec3): Affine {
  const [cx, sx, cz, sz] = [Math.cos(aboutX), Math.sin(aboutX), Math.cos(aboutZ), Math.sin(aboutZ)]
  const i: Vec3 = [cz * spacing[0], sz * spacing[0], 0]
  const j: Vec3 = [-sz * cx * spacing[1], cz * cx * spacing[1], sx * spacing[1]]
  const k: Vec3 = [sz * sx * spacing[2], -cz * sx * spacing[2], cx * spacing[2]]
  return affineFromColumns(i, j, k, origin)
}

describe('a region of the same series', () => {
  const codes = codesAt([
    { volumeId: 'a', k: 4, box: box(0, 0, 8) },
    { volumeId: 'a', k: 4, box: box(8, 0, 8) },
    { volumeId: 'a', k: 5, box: box(0, 0, 8) },
    { volumeId: 'b', k: 4, box: box(0, 0, 8) },
    null,
  ])
  const none = (): null => null

  it('lights patches that share voxels with it on that slice, and no others', () => {
    expect([...imagesInRegion(codes, { volumeId: 'a', k: 4, box: box(6, 6, 1) }, none)]).toEqual([0])
    expect([...imagesInRegion(codes, { volumeId: 'a', k: 4, box: box(7, 2, 2) }, none)]).toEqual([0, 1])
    expect([...imagesInRegion(codes, { volumeId: 'a', k: 4, box: box(16, 0, 4) }, none)]).toEqual([])
    expect([...imagesInRegion(codes, { volumeId: 'a', k: 5, box: null }, none)]).toEqual([2])
  })

  it('needs no geometry, and images of no volume are never meant', () => {
    expect(placeOfImage(codes, 4)).toBeNull()
    expect(placeOfImage(codes, 1)).toEqual({ volumeId: 'a', k: 4, box: box(8, 0, 8) })
    const gaps = (): Placed => placed(null)
    expect([...imagesInRegion(codes, { volumeId: 'b', k: 4, box: box(0, 0, 2) }, gaps)]).toEqual([3])
  })
})

describe('a region of another series', () => {
  it('lights what lies at the same place in the patient: a sagittal series over an axial one', () => {
    // Sagittal: its columns run back, its rows down, its slices to the left.
    const sagittal = affineFromColumns([0, 1, 0], [0, 0, -1], [4, 0, 0], [2, 0, 60])
    const codes = codesAt([
      { volumeId: 'sagittal', k: 2, box: box(20, 30, 4) },
      { volumeId: 'sagittal', k: 3, box: box(20, 30, 4) },
      { volumeId: 'sagittal', k: 2, box: box(20, 40, 4) },
    ])
    const volumeOf = (id: string): Placed => placed(id === 'sagittal' ? sagittal : straight)
    // Slice k = 10 is z 28.5 to 31.5; x 9.5 to 11.5 is inside the sagittal slice 2 (8 to 12); y 20.5 to 22.5. Sagittal row 30 is z 30.
    const region = { volumeId: 'axial', k: 10, box: { left: 10, right: 12, top: 21, bottom: 23 } }
    expect([...imagesInRegion(codes, region, volumeOf)]).toEqual([0])
  })

  it('finds nothing in another frame of reference, without one, or without an affine', () => {
    const codes = codesAt([{ volumeId: 'b', k: 0, box: box(0, 0, 64) }])
    const region = { volumeId: 'a', k: 0, box: null }
    const found = (to: Placed, from = placed(straight)): number =>
      imagesInRegion(codes, region, id => (id === 'a' ? from : to)).length
    expect(found(placed(straight))).toBe(1)
    expect(found(placed(straight, '9'))).toBe(0)
    expect(found(placed(straight, ''), placed(straight, ''))).toBe(0)
    expect(found(placed(null))).toBe(0)
  })

  it('that only touches does not show it', () => {
    const codes = codesAt([{ volumeId: 'b', k: 1, box: box(0, 0, 8) }])
    expect(imagesInRegion(codes, { volumeId: 'a', k: 0, box: null }, () => placed(straight))).toHaveLength(0)
  })

  const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })
  const step = fc.double({ min: 0.5, max: 5, noNaN: true })
  const shift = fc.double({ min: -20, max: 20, noNaN: true })
  const oblique = fc
    .tuple(angle, angle, fc.tuple(step, step, step), fc.tuple(shift, shift, shift))
    .map(([x, z, spacing, origin]) => turned(x, z, spacing, origin))
  const region = fc.record({ left: fc.nat(30), top: fc.nat(30), width: fc.integer({ min: 1, max: 20 }), k: fc.nat(20) })

  it('shows every image that a point inside both proves to overlap, whichever way the series are turned', () => {
    fc.assert(
      fc.property(
        oblique,
        oblique,
        region,
        fc.tuple(...([0, 1, 2] as const).map(() => fc.double({ min: 0.01, max: 0.99, noNaN: true }))),
        (from, to, { left, top, width, k }, [u, v, w]) => {
          const drawn = box(left, top, width)
          // A point inside the region's voxels, in the other grid's voxels: the image that holds it must light.
          const inside: Vec3 = [left - 0.5 + u! * width, top - 0.5 + v! * width, k - 0.5 + w!]
          const [i, j, slice] = apply(invert(to), apply(from, inside)).map(Math.round) as [number, number, number]
          const codes = codesAt([{ volumeId: 'b', k: slice, box: box(i, j, 1) }])
          const near = apply(invert(to), apply(from, inside))
          // Too near an edge of the voxel, rounding decides.
          fc.pre(near.every(value => Math.abs(Math.abs(value - Math.round(value)) - 0.5) > 1e-4))
          const volumeOf = (id: string): Placed => placed(id === 'a' ? from : to)
          expect(imagesInRegion(codes, { volumeId: 'a', k, box: drawn }, volumeOf)).toHaveLength(1)
        },
      ),
    )
  })

  it('shows no image whose nearest voxel is farther than both reach', () => {
    fc.assert(
      fc.property(oblique, region, fc.integer({ min: 1, max: 40 }), (affine, { left, top, width, k }, away) => {
        const drawn = box(left, top, width)
        const codes = codesAt([
          { volumeId: 'b', k, box: box(left + width + away, top, 3) },
          { volumeId: 'b', k: k + away, box: drawn },
        ])
        expect(imagesInRegion(codes, { volumeId: 'a', k, box: drawn }, () => placed(affine))).toHaveLength(0)
      }),
    )
  })

  it('is the same question from either side', () => {
    fc.assert(
      fc.property(oblique, oblique, region, region, (one, other, a, b) => {
        const first = { volumeId: 'a', k: a.k, box: box(a.left, a.top, a.width) }
        const second = { volumeId: 'b', k: b.k, box: box(b.left, b.top, b.width) }
        const volumeOf = (id: string): Placed => placed(id === 'a' ? one : other)
        expect(imagesInRegion(codesAt([second]), first, volumeOf).length).toBe(
          imagesInRegion(codesAt([first]), second, volumeOf).length,
        )
      }),
    )
  })
})
