import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mmToVoxel, volumePerVoxelMm3, voxelToMm } from './affine'
import { gridOfStack, orderAlongNormal, planeAxes } from './stack'
import type { Vec3 } from './types'

const axial = [1, 0, 0, 0, 1, 0]
const plane = (orientation: readonly number[], thicknessMm: number | null = null) => ({
  ...{ rows: 8, columns: 8, orientation, thicknessMm },
  pixelSpacingMm: [1, 1] as const,
})
const slices = (positions: readonly Vec3[]) => positions.map((positionLps, n) => ({ positionLps, file: `s${n}` }))
const alongZ = (...z: number[]) => slices(z.map(value => [0, 0, value] as const))

describe('gaps (D05)', () => {
  it('names one gap with its place and size, and keeps the usual spacing', () => {
    const grid = gridOfStack(alongZ(0, 1.6, 3.2, 6.4, 8), plane(axial))
    expect(grid.verdict.kind).toBe('gaps')
    expect(grid.verdict.details).toContain('3.2 mm after z=3.2')
    expect(grid.verdict.gaps).toEqual([
      { afterSlice: 2, afterPositionMm: 3.2, missingMm: expect.closeTo(1.6, 6) as number },
    ])
    expect(grid.verdict.files).toEqual(['s2', 's3'])
    expect(grid.spacingMm[2]).toBeCloseTo(1.6, 9)
    expect(grid.affineLps).toBeNull()
    expect(grid.slicePositionsMm).toEqual([0, 1.6, 3.2, 6.4, 8])
  })

  it('says nothing about rounding noise', () => {
    const grid = gridOfStack(alongZ(0, 0.3, 0.6, 0.8999999999, 1.2), plane(axial))
    expect(grid.verdict.kind).toBe('uniform')
    expect(grid.spacingMm[2]).toBeCloseTo(0.3, 9)
  })

  it('tells uneven steps from holes', () => {
    expect(gridOfStack(alongZ(0, 1, 2.3, 3, 4.4), plane(axial)).verdict.kind).toBe('irregular')
    expect(gridOfStack(alongZ(0, 1, 2, 5, 6, 8), plane(axial)).verdict.kind).toBe('gaps')
  })

  it('finds a slice that is shifted in its plane', () => {
    const grid = gridOfStack(
      slices([
        [0, 0, 0],
        [0, 0, 1],
        [3, 0, 2],
        [0, 0, 3],
      ]),
      plane(axial),
    )
    expect(grid.verdict.kind).toBe('irregular')
    expect(grid.verdict.details).toContain('in their plane')
    expect(grid.verdict.files).toEqual(['s2'])
  })
})

describe('gantry tilt (D17)', () => {
  const tilted = [1, 0, 0, 0, 0.939693, 0.34202]
  const grid = gridOfStack(alongZ(0, 5, 10), { ...plane(tilted), rows: 4, columns: 5 })

  it('is detected and told, with the distance between planes as spacing', () => {
    expect(grid.verdict.kind).toBe('tilted')
    expect(grid.verdict.tiltDegrees).toBeCloseTo(20, 3)
    expect(grid.spacingMm[2]).toBeCloseTo(4.6985, 4)
    expect(grid.verdict.details).toContain('1.7101 mm')
  })

  it('keeps the sheared affine: places and volumes are right', () => {
    const [x, y, z] = voxelToMm(grid.affineLps!, [4, 3, 2])
    expect(x).toBeCloseTo(4, 4)
    expect(y).toBeCloseTo(2.8191, 4)
    expect(z).toBeCloseTo(11.0261, 4)
    expect(volumePerVoxelMm3(grid.affineLps!)).toBeCloseTo(4.6985, 4)
  })
})

describe('oblique stacks (D14)', () => {
  it('place a voxel in the patient by the one affine', () => {
    const oblique = [0.866025, 0.5, 0, -0.5, 0.866025, 0]
    const grid = gridOfStack(
      slices([
        [10, 20, 30],
        [10, 20, 32],
        [10, 20, 34],
      ]),
      plane(oblique),
    )
    const [x, y, z] = voxelToMm(grid.affineLps!, [3, 1, 2])
    expect([x, y, z].map(value => Number(value.toFixed(4)))).toEqual([12.0981, 22.366, 34])
  })
})

describe('what cannot be a grid', () => {
  it('is said: duplicates, no geometry', () => {
    const doubled = gridOfStack(alongZ(0, 2, 2, 4), plane(axial))
    expect(doubled.verdict).toMatchObject({ kind: 'duplicates', files: ['s1', 's2'] })
    expect(doubled.affineLps).toBeNull()
    const unplaced = gridOfStack([{ positionLps: null, file: 'a' }], plane(axial))
    expect(unplaced.verdict.kind).toBe('none')
    expect(unplaced.affineLps).toBeNull()
  })

  it('refuses an orientation that is no plane', () => {
    expect(planeAxes([0, 0, 0, 0, 0, 0])).toBeNull()
    expect(planeAxes([1, 0, 0, 1, 0, 0])).toBeNull()
    expect(planeAxes(null)).toBeNull()
  })
})

describe('laws', () => {
  const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })
  const orientation = fc.tuple(angle, angle, angle).map(([a, b, c]) => {
    const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)]
    return [cb * cc, cb * sc, -sb, sa * sb * cc - ca * sc, sa * sb * sc + ca * cc, sa * cb]
  })

  it('even steps along the normal are uniform in any order, and mm to voxel undoes voxel to mm', () => {
    fc.assert(
      fc.property(
        orientation,
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.integer({ min: 2, max: 40 }),
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        (cosines, step, count, shuffle) => {
          const { normal } = planeAxes(cosines)!
          const positions = Array.from({ length: count }, (_, k): Vec3 => [
            -100 + normal[0] * step * k,
            50 + normal[1] * step * k,
            normal[2] * step * k,
          ])
          const shuffled = positions.map((p, n) => ({ p, key: shuffle[n]! })).sort((a, b) => a.key - b.key)
          const order = orderAlongNormal(
            shuffled.map(({ p }) => p),
            normal,
          )
          const ordered = order.map(n => shuffled[n]!.p)
          ordered.forEach((p, k) => expect(Math.hypot(...p.map((v, a) => v - positions[k]![a]!))).toBeLessThan(1e-6))
          const grid = gridOfStack(slices(ordered), plane(cosines))
          expect(grid.verdict.kind).toBe('uniform')
          expect(grid.spacingMm[2]).toBeCloseTo(step, 6)
          const there = voxelToMm(grid.affineLps!, [3, 5, count - 1])
          const back = mmToVoxel(grid.affineLps!, there)
          expect(Math.hypot(back[0] - 3, back[1] - 5, back[2] - (count - 1))).toBeLessThan(1e-6)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('taking one inner slice out of an even stack leaves one gap there', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 60 }),
        fc.nat(),
        fc.double({ min: 0.2, max: 10, noNaN: true }),
        (count, pick, step) => {
          const out = 1 + (pick % (count - 2))
          const z = Array.from({ length: count }, (_, k) => k * step).filter((_, k) => k !== out)
          const { verdict } = gridOfStack(alongZ(...z), plane(axial))
          expect(verdict.kind).toBe('gaps')
          expect(verdict.gaps.map(gap => gap.afterSlice)).toEqual([out - 1])
          expect(verdict.gaps[0]!.missingMm).toBeCloseTo(step, 6)
        },
      ),
    )
  })
})
