import { describe, expect, it } from 'vitest'
import { createNoise } from './noise'
import { createRandom } from './random'
import { createSmoothField } from './smoothField'

const side = 96
const grid = {
  columns: side,
  rows: side,
  spacingMm: [1.5, 1.5, 3],
  originMm: [0, 0],
  bottomMm: 0,
  depthMm: 120,
} as const

function statistics(values: Float32Array): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) }
}

/** Correlation of an image with itself moved by `step` columns. */
function correlation(values: Float32Array, step: number): number {
  let sum = 0
  let count = 0
  for (let n = 0; n + step < values.length; n++) {
    if ((n % side) + step >= side) continue
    sum += values[n]! * values[n + step]!
    count++
  }
  return sum / count / statistics(values).sd ** 2
}

describe('noise', () => {
  const noise = createNoise(7, side, side)
  const slice = (k: number): Float32Array => {
    const out = new Float32Array(side * side)
    noise.fill(k, out)
    return out
  }

  it('has mean 0 and variance 1', () => {
    const { mean, sd } = statistics(slice(3))
    expect(Math.abs(mean)).toBeLessThan(0.05)
    expect(sd).toBeGreaterThan(0.95)
    expect(sd).toBeLessThan(1.05)
  })

  it('is correlated between neighbours and dips below zero further out, as filtered back-projection does', () => {
    const values = slice(5)
    expect(correlation(values, 1)).toBeGreaterThan(0.3)
    expect(correlation(values, 3)).toBeLessThan(0)
  })

  it('is a little alike from slice to slice, and not beyond', () => {
    const [a, b, c] = [slice(10), slice(11), slice(12)]
    const alike = (p: Float32Array, q: Float32Array): number =>
      p.reduce((sum, value, n) => sum + value * q[n]!, 0) / p.length
    expect(alike(a, b)).toBeGreaterThan(0.25)
    expect(Math.abs(alike(a, c))).toBeLessThan(0.1)
  })

  it('does not depend on the order slices are asked for', () => {
    const forward = [20, 21, 22].map(slice)
    const backward = [22, 21, 20].map(slice).reverse()
    expect(backward).toEqual(forward)
  })
})

describe('smooth fields', () => {
  it('have about the spread asked for', () => {
    const out = new Float32Array(side * side)
    const field = createSmoothField(createRandom(1, 'test'), grid, 8, 5)
    const spreads = [10, 40, 70, 100].map(z => {
      field.fill(z, out)
      return statistics(out).sd
    })
    const mean = spreads.reduce((sum, value) => sum + value, 0) / spreads.length
    expect(mean).toBeGreaterThan(4)
    expect(mean).toBeLessThan(6)
  })

  it('change little over a distance far below their feature size', () => {
    const field = createSmoothField(createRandom(2, 'test'), grid, 40, 1)
    const [a, b] = [new Float32Array(side * side), new Float32Array(side * side)]
    field.fill(30, a)
    field.fill(31, b)
    expect(Math.max(...a.map((value, n) => Math.abs(value - b[n]!)))).toBeLessThan(0.2)
    expect(Math.max(...a.map((value, n) => (n % side ? Math.abs(value - a[n - 1]!) : 0)))).toBeLessThan(0.25)
  })
})

describe('random streams', () => {
  it('are the ones this generator always made', () => {
    const random = createRandom(1203, 'liver')
    expect([random.bits(), random.bits(), random.bits()]).toMatchInlineSnapshot(`
      [
        1990160167,
        940033006,
        148515715,
      ]
    `)
  })

  it('differ by seed and by name', () => {
    const first = (seed: number, name: string): number => createRandom(seed, name).bits()
    expect(new Set([first(1, 'a'), first(1, 'b'), first(2, 'a'), first(2, 'b')]).size).toBe(4)
  })

  it('stay within their bounds', () => {
    const random = createRandom(5, 'bounds')
    const drawn = Array.from({ length: 2000 }, () => random.integer(3, 6))
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5, 6]))
  })
})
