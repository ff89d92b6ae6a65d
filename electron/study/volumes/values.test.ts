import { describe, expect, it } from 'vitest'
import { paddingOf } from '#common/dicom/padding'
import { IDENTITY, type Rescale } from '#common/dicom/rescale'
import { rescaleInto, unite } from './values'

describe('padding (D13)', () => {
  const stored = Int16Array.of(...Array<number>(12).fill(-2000), 0, 40, 80, 100)

  it('is left out of the range, before any rescale', () => {
    const out = new Int16Array(16)
    expect(rescaleInto(stored, out, IDENTITY, paddingOf(-2000, null))).toEqual([0, 100])
    expect([...out]).toEqual([...stored])
    const shifted: Rescale = { kind: 'linear', slope: 1, intercept: -1024 }
    expect(rescaleInto(stored, out, shifted, paddingOf(-2000, null))).toEqual([-1024, -924])
  })

  it('may be a range, written in either order', () => {
    expect(rescaleInto(stored, new Int16Array(16), IDENTITY, paddingOf(40, -2000))).toEqual([80, 100])
    expect(rescaleInto(stored, new Int16Array(16), IDENTITY, paddingOf(-2000, 40))).toEqual([80, 100])
  })

  it('everywhere means no data, not extreme numbers', () => {
    expect(rescaleInto(stored.subarray(0, 12), new Float32Array(12), IDENTITY, paddingOf(-2000, null))).toBeNull()
    expect(unite(null, [1, 2])).toEqual([1, 2])
    expect(unite(null, null)).toBeNull()
  })
})

describe('rescale', () => {
  it('is linear, or a table whose ends go on', () => {
    const out = new Float32Array(3)
    expect(rescaleInto(Uint16Array.of(0, 1, 2), out, { kind: 'linear', slope: 0.5, intercept: -1 }, null)).toEqual([
      -1, 0,
    ])
    expect([...out]).toEqual([-1, -0.5, 0])
    const table: Rescale = { kind: 'table', firstStored: 1, values: [10, 20] }
    expect(rescaleInto(Uint16Array.of(0, 2, 9), out, table, null)).toEqual([10, 20])
    expect([...out]).toEqual([10, 20, 20])
  })

  it('works in place on one memory', () => {
    const out = new Int16Array(3)
    const words = new Uint16Array(out.buffer)
    words.set([0, 1000, 3000])
    expect(rescaleInto(words, out, { kind: 'linear', slope: 1, intercept: -1024 }, null)).toEqual([-1024, 1976])
    expect([...out]).toEqual([-1024, -24, 1976])
  })

  it('takes no part of a range from what is not a number', () => {
    expect(rescaleInto(Float32Array.of(NaN, 3, -1), new Float32Array(3), IDENTITY, null)).toEqual([-1, 3])
  })
})
