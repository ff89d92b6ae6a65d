import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planeTaps, resamplePlane, tapsFor } from './resample'

const line = (values: number[], target: number) => [
  ...resamplePlane(Float32Array.from(values), values.length, {
    columns: tapsFor(values.length, target),
    rows: null,
  }),
]

describe('resampling', () => {
  it('doubles a line by linear interpolation between cell centres, ends repeated', () => {
    expect(line([0, 4], 4)).toEqual([0, 1, 3, 4])
  })

  it('halves a line with the widened tent: 1/8 3/8 3/8 1/8 inside', () => {
    expect(line([0, 0, 8, 8, 0, 0, 0, 0], 4)[1]).toBeCloseTo((0 + 3 * 8 + 3 * 8 + 0) / 8, 6)
  })

  it('keeps a constant constant and stays within the range, for any sizes', () => {
    const size = fc.integer({ min: 1, max: 40 })
    const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 40, maxLength: 40 })
    fc.assert(
      fc.property(size, size, values, (source, target, many) => {
        for (const value of line(
          Array.from({ length: source }, () => 7),
          target,
        ))
          expect(value).toBeCloseTo(7, 4)
        const some = many.slice(0, source)
        for (const value of line(some, target)) {
          expect(value).toBeGreaterThanOrEqual(Math.min(...some) - 1e-3)
          expect(value).toBeLessThanOrEqual(Math.max(...some) + 1e-3)
        }
      }),
    )
  })

  it('keeps the place of a ramp: growing and shrinking do not shift', () => {
    const ramp = Array.from({ length: 60 }, (_, n) => n)
    for (const target of [20, 30, 90, 120])
      line(ramp, target)
        .slice(3, -3)
        .forEach((value, n) => expect(value).toBeCloseTo((n + 3 + 0.5) * (60 / target) - 0.5, 3))
  })

  it('leaves a plane of the same size alone, without a copy', () => {
    const plane = Float32Array.of(1, 2, 3, 4)
    const size = { columns: 2, rows: 2 }
    expect(resamplePlane(plane, 2, planeTaps(size, size))).toBe(plane)
  })
})
