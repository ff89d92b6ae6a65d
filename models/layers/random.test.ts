import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONES, heNormal, initialValue, keptPerRow, xavierUniform } from './initial'
import { randomStream } from './random'

describe('random streams', () => {
  it('repeat for the same seed and name and differ otherwise', () => {
    const draw = (seed: number, name: string) => Array.from({ length: 8 }, randomStream(seed, name).uniform)
    expect(draw(7, 'a.weight')).toEqual(draw(7, 'a.weight'))
    expect(draw(8, 'a.weight')).not.toEqual(draw(7, 'a.weight'))
    expect(draw(7, 'b.weight')).not.toEqual(draw(7, 'a.weight'))
  })

  it('never change: committed numbers', () => {
    const { uniform } = randomStream(1, 'golden')
    expect(Array.from({ length: 4 }, () => Math.round(uniform() * 0x1000000))).toEqual([
      3866876, 12320365, 4451443, 10063038,
    ])
  })

  it('have the moments of their distributions', () => {
    const count = 200_000
    const { normal, uniform } = randomStream(3, 'moments')
    const gauss = Array.from({ length: count }, normal)
    const flat = Array.from({ length: count }, uniform)
    const moment = (values: number[], power: number) => values.reduce((sum, v) => sum + v ** power, 0) / count
    expect(Math.abs(moment(gauss, 1))).toBeLessThan(0.01)
    expect(Math.abs(moment(gauss, 2) - 1)).toBeLessThan(0.02)
    expect(Math.abs(moment(gauss, 4) - 3)).toBeLessThan(0.1)
    expect(Math.abs(moment(flat, 1) - 1 / 2)).toBeLessThan(0.005)
    expect(Math.abs(moment(flat, 2) - 1 / 3)).toBeLessThan(0.005)
  })
})

describe('initial values', () => {
  it('follow He: the variance keeps a rectified signal alive', () => {
    const values = initialValue(heNormal(50, 0.01), [400, 50], 1, 'w')
    const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length
    expect(variance).toBeCloseTo(2 / (1.0001 * 50), 3)
  })

  it('follow Glorot: within the bound, and near it', () => {
    const values = initialValue(xavierUniform(30, 70), [70, 30], 1, 'w')
    const largest = values.reduce((max, v) => Math.max(max, Math.abs(v)), 0)
    expect(largest).toBeLessThanOrEqual(Math.sqrt(0.06))
    expect(largest).toBeGreaterThan(0.24)
  })

  it('fill constants and scalars', () => {
    expect([...initialValue(ONES, [3], 1, 'g')]).toEqual([1, 1, 1])
    expect([...initialValue(ONES, [], 1, 's')]).toEqual([1])
  })

  it('masks keep the same number of connections in every row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (rows, columns, keep) => {
          const mask = initialValue({ kind: 'mask', keep }, [rows, columns], 5, 'm')
          for (let row = 0; row < rows; row += 1) {
            const kept = mask.subarray(row * columns, (row + 1) * columns).reduce((sum, v) => sum + v, 0)
            expect(kept).toBe(keptPerRow(columns, keep))
          }
          expect(mask.every(v => v === 0 || v === 1)).toBe(true)
        },
      ),
    )
  })
})
