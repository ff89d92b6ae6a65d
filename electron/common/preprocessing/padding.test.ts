import { describe, expect, it } from 'vitest'
import { crop, padInto, roundUp } from './padding'

const padded = (values: number[], from: [number, number], to: [number, number], mode: 'edge' | 'constant') => {
  const out = new Float32Array(to[0] * to[1]).fill(9)
  padInto(Float32Array.from(values), { columns: from[0], rows: from[1] }, out, { columns: to[0], rows: to[1] }, mode)
  return [...out]
}

describe('padding to the network multiple', () => {
  it.each([
    [350, 525, 32, 352, 544],
    [23, 38, 16, 32, 48],
    [1, 1, 16, 16, 16],
    [7, 1, 16, 16, 16],
  ])('makes %i x %i at multiple %i to %i x %i', (a, b, multiple, wantA, wantB) => {
    expect([roundUp(a, multiple), roundUp(b, multiple)]).toEqual([wantA, wantB])
  })

  it('repeats the last column and row', () => {
    expect(padded([1, 2, 3, 4], [2, 2], [3, 4], 'edge')).toEqual([1, 2, 2, 3, 4, 4, 3, 4, 4, 3, 4, 4])
  })

  it('fills with the mean, 0 after normalisation', () => {
    expect(padded([1, 2, 3, 4], [2, 2], [3, 3], 'constant')).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0])
  })

  it('is undone by cropping, without a copy where only rows were added', () => {
    const wide = Float32Array.from(padded([1, 2, 3, 4], [2, 2], [4, 4], 'edge'))
    expect([...crop(wide, 4, { columns: 2, rows: 2 })]).toEqual([1, 2, 3, 4])
    expect(crop(wide, 4, { columns: 4, rows: 2 }).buffer).toBe(wide.buffer)
  })
})
