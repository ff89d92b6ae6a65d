import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SagittaError } from '../errors'
import { applyDelta, countChanges, diff, invert, isEmpty, slicesOf } from './delta'
import { decodeDelta, encodeDelta } from './deltaCodec'

const labels = (length: number) => fc.uint8Array({ min: 0, max: 3, minLength: length, maxLength: length })
const twoMaps = fc.integer({ min: 1, max: 200 }).chain(length => fc.tuple(labels(length), labels(length)))

describe('delta', () => {
  it('takes one map to the other, and its inverse back', () => {
    fc.assert(
      fc.property(twoMaps, ([a, b]) => {
        const [before, after] = [Uint16Array.from(a), Uint16Array.from(b)]
        const delta = diff(before, after)
        const values = before.slice()
        applyDelta(values, delta)
        expect(values).toEqual(after)
        applyDelta(values, invert(delta))
        expect(values).toEqual(before)
      }),
    )
  })

  it('survives its bytes', () => {
    fc.assert(
      fc.property(twoMaps, fc.integer({ min: 0, max: 4_000_000_000 }), ([a, b], offset) => {
        const delta = diff(
          Uint16Array.from(a),
          Uint16Array.from(b, value => value * 20_000),
          offset,
        )
        expect(decodeDelta(encodeDelta(delta))).toEqual(delta)
      }),
    )
  })

  it('keeps a run of one change in four numbers', () => {
    const delta = diff(new Uint16Array(1000), new Uint16Array(1000).fill(7), 50)
    expect(delta).toEqual({
      start: Uint32Array.of(50),
      length: Uint32Array.of(1000),
      before: Uint16Array.of(0),
      after: Uint16Array.of(7),
    })
    expect([...encodeDelta(delta)]).toEqual([1, 50, 0xe8, 0x07, 0, 7])
  })

  it('refuses a map it does not belong to, and leaves it unchanged', () => {
    const delta = diff(Uint16Array.of(0, 0, 0), Uint16Array.of(1, 0, 1))
    const other = Uint16Array.of(0, 0, 2)
    expect(() => applyDelta(other, delta)).toThrow(SagittaError)
    expect(() => applyDelta(Uint16Array.of(0, 0), delta)).toThrow(SagittaError)
    expect([...other]).toEqual([0, 0, 2])
  })

  it('refuses bytes that end too early', () => {
    const bytes = encodeDelta(diff(new Uint16Array(300), new Uint16Array(300).fill(1)))
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeDelta(bytes.subarray(0, length))).toThrow(SagittaError)
  })

  it('knows its slices and counts a relabelled voxel as gained and lost', () => {
    const delta = diff(Uint16Array.of(0, 0, 1, 1, 2, 0, 0, 0), Uint16Array.of(0, 3, 3, 0, 2, 0, 0, 5))
    expect(slicesOf(delta, 2)).toEqual([0, 1, 3])
    expect(countChanges(delta)).toEqual({ added: 3, removed: 2 })
    expect(isEmpty(delta)).toBe(false)
  })
})
