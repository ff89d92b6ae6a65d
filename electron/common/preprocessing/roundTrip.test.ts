import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Preprocessing } from '../ipc/training'
import { BodyBox } from './box'
import { inPlaneOf } from './inPlane'
import type { Intensity } from './intensity'
import { classSlice, imageSlice } from './prepareSlice'
import { Restorer } from './restore'
import { slicePlan, type SlicePlan } from './slicePlan'

const AXIAL = [1, 0, 0, 0, 1, 0]
const SPACING_FREE: Preprocessing['spacingMm'] = [null, null, null]

const grid = (size: [number, number, number], spacingMm: [number, number, number], orientation: number[] | null) => ({
  size,
  spacingMm,
  orientation,
  affineLps: orientation && [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
})

const preprocessing = (changes: Partial<Preprocessing & Intensity>): Preprocessing & Intensity => ({
  spacingMm: SPACING_FREE,
  crop: null,
  clip: null,
  normalization: { mean: 0, sd: 1 },
  padding: 'edge',
  orientation: 'LPS',
  ...changes,
})

/** A classes volume through the network's grid and back, as if the network answered with certainty. */
function roundTrip(plan: SlicePlan, volume: Uint8Array[], classes: number): Uint8Array[] {
  const restorer = new Restorer(plan)
  const out: Uint8Array[] = []
  for (let n = 0; n < plan.network.slices; n++) {
    const prepared = classSlice(plan, k => volume[k]!, n)
    const probabilities = Array.from({ length: classes }, (_, c) =>
      Float32Array.from(prepared, value => (value === c ? 1 : 0)),
    )
    for (const { k, classes: restored } of restorer.add(n, probabilities)) out[k] = restored
  }
  return out
}

describe('preprocessing and its way back', () => {
  it('clips, then scales: 200 HU with -1000..1000 is 0.2 (T04)', () => {
    const plan = slicePlan(grid([2, 2, 1], [1, 1, 1], AXIAL), { spacingMm: SPACING_FREE })
    const one = preprocessing({ clip: [-1000, 1000], normalization: { mean: 0, sd: 1000 } })
    for (const value of imageSlice(plan, one, () => Int16Array.of(200, 200, 200, 200), 0))
      expect(value).toBeCloseTo(0.2)
    const [high] = imageSlice(plan, one, () => Int16Array.of(3000, 0, 0, 0), 0)
    expect(high).toBe(1)
  })

  it('shows the network a 0.5 mm disc at 1 mm and answers on the original grid (T04)', () => {
    const columns = 60
    const disc = Uint8Array.from({ length: columns * columns }, (_, n) =>
      Math.hypot((n % columns) - 29.5, Math.floor(n / columns) - 29.5) * 0.5 <= 10 ? 1 : 0,
    )
    const plan = slicePlan(grid([columns, columns, 1], [0.5, 0.5, 3], AXIAL), { spacingMm: [1, 1, null] })
    expect([plan.network.columns, plan.network.rows, plan.spacingMm]).toEqual([30, 30, [1, 1, 3]])
    const prepared = classSlice(plan, () => disc, 0)
    const areaMm2 = (classes: Uint8Array, mm2: number) => classes.reduce((sum, value) => sum + value, 0) * mm2
    expect(areaMm2(prepared, 1)).toBeGreaterThan(Math.PI * 100 * 0.95)
    expect(areaMm2(prepared, 1)).toBeLessThan(Math.PI * 100 * 1.05)
    const [restored] = roundTrip(plan, [disc], 2)
    expect(restored).toHaveLength(columns * columns)
    const both = disc.reduce((sum, value, n) => sum + (value & restored![n]!), 0)
    const dice = (2 * both) / (areaMm2(disc, 1) + areaMm2(restored!, 1))
    expect(dice).toBeGreaterThan(0.97)
  })

  it('maps a quarter turned, flipped acquisition back voxel by voxel (T04)', () => {
    const plan = slicePlan(grid([3, 2, 1], [1, 2, 1], [0, 1, 0, -1, 0, 0]), { spacingMm: SPACING_FREE })
    expect(plan.spacingMm).toEqual([2, 1, 1])
    const labels = Uint8Array.of(1, 0, 2, 0, 0, 1)
    expect([...roundTrip(plan, [labels], 3)[0]!]).toEqual([...labels])
  })

  it('is the identity on classes wherever nothing is resampled', () => {
    const orientations = fc.constantFrom(AXIAL, [-1, 0, 0, 0, -1, 0], [0, 1, 0, 0, 0, -1], [0, 0, 1, 1, 0, 0], null)
    const volumes = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }))
      .chain(size =>
        fc.tuple(
          fc.constant(size),
          fc.array(fc.uint8Array({ minLength: size[0] * size[1], maxLength: size[0] * size[1], max: 3 }), {
            minLength: size[2],
            maxLength: size[2],
          }),
        ),
      )
    fc.assert(
      fc.property(orientations, volumes, (orientation, [size, slices]) => {
        const plan = slicePlan(grid(size, [1, 1, 1], orientation), { spacingMm: SPACING_FREE })
        expect(roundTrip(plan, slices, 4).map(slice => [...slice])).toEqual(slices.map(slice => [...slice]))
      }),
    )
  })

  it('never invents a class when labels {0,2} are resampled by 1.5 (S08)', () => {
    const labels = Uint8Array.from({ length: 144 }, (_, n) => (Math.floor(n / 12) + (n % 12) > 11 ? 2 : 0))
    for (const spacing of [2 / 3, 1.5]) {
      const plan = slicePlan(grid([12, 12, 1], [1, 1, 1], AXIAL), { spacingMm: [spacing, spacing, null] })
      expect(new Set(classSlice(plan, () => labels, 0))).toEqual(new Set([0, 2]))
      expect(new Set(roundTrip(plan, [labels], 3)[0])).toEqual(new Set([0, 2]))
    }
  })

  it('resamples along the normal only when told, and gives every acquired slice once', () => {
    const slices = Array.from({ length: 6 }, (_, k) => new Uint8Array(4).fill(k < 2 ? 0 : 1))
    const plan = slicePlan(grid([2, 2, 6], [1, 1, 1], AXIAL), { spacingMm: [null, null, 2] })
    expect(plan.network.slices).toBe(3)
    expect(roundTrip(plan, slices, 2).map(slice => slice[0])).toEqual([0, 0, 1, 1, 1, 1])
  })

  it('crops to the body, leaves a thin table out, and puts the answer back in its place', () => {
    const [columns, rows] = [50, 40]
    const body = (i: number, j: number) => i >= 10 && i < 30 && j >= 8 && j < 28
    const image = Float32Array.from({ length: columns * rows }, (_, n) => {
      const [i, j] = [n % columns, Math.floor(n / columns)]
      return body(i, j) || (i === 45 && j > 20 && j < 23) ? 40 : -1000
    })
    const classes = Uint8Array.from(image, (_, n) => (body(n % columns, Math.floor(n / columns)) ? 1 : 0))
    const turnedGrid = grid([columns, rows, 1], [1, 1, 1], [-1, 0, 0, 0, -1, 0])
    const box = new BodyBox(inPlaneOf([-1, 0, 0, 0, -1, 0], { columns, rows }), -500)
    box.add(image)
    expect(box.box()).toEqual({ left: 19, top: 11, columns: 22, rows: 22 })
    const plan = slicePlan(turnedGrid, { spacingMm: SPACING_FREE }, box.box())
    expect([plan.network.columns, plan.network.rows]).toEqual([22, 22])
    const seen = imageSlice(plan, preprocessing({}), () => image, 0)
    expect(seen.filter(value => value === 40)).toHaveLength(400)
    expect([...roundTrip(plan, [classes], 2)[0]!]).toEqual([...classes])
  })

  it('sees the whole slice where nothing is above the threshold', () => {
    const box = new BodyBox(inPlaneOf(null, { columns: 4, rows: 3 }), 0)
    box.add(new Float32Array(12).fill(-1))
    expect(box.box()).toEqual({ left: 0, top: 0, columns: 4, rows: 3 })
  })

  it('says that an image without geometry is used pixel by pixel', () => {
    const plan = slicePlan(grid([4, 4, 1], [1, 1, 1], null), { spacingMm: [2, 2, null] })
    expect([plan.network.columns, plan.spacingMm]).toEqual([4, null])
    expect(plan.notices[0]).toContain('2 x 2 x own mm')
  })

  it('refuses to resample irregular slices along their normal', () => {
    const irregular = { ...grid([4, 4, 4], [1, 1, 1], AXIAL), affineLps: null }
    expect(() => slicePlan(irregular, { spacingMm: [null, null, 2] })).toThrow(/regular distances/)
  })
})
