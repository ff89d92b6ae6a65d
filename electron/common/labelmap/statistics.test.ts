import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diff } from './delta'
import { LabelStatistics } from './statistics'

const map = fc.uint8Array({ min: 0, max: 4, minLength: 60, maxLength: 60 })

describe('LabelStatistics', () => {
  it('of a new map counts nothing and has every slice', () => {
    const statistics = new LabelStatistics(new Uint16Array(9), 3, true)
    expect(statistics.counts()).toEqual([])
    expect(statistics.counts()).toEqual(new LabelStatistics(new Uint16Array(9), 3).counts())
  })

  it('counts voxels per label and per slice', () => {
    const statistics = new LabelStatistics(Uint16Array.of(0, 7, 7, 2, 0, 0, 2, 2, 2), 3)
    expect(statistics.counts()).toEqual([
      { value: 2, voxels: 4 },
      { value: 7, voxels: 2 },
    ])
    expect(statistics.sliceLabels()).toEqual([[7], [2], [2]])
    expect(statistics.onSlice(2, 2)).toBe(3)
    expect(statistics.onSlice(0, 2)).toBe(0)
    expect(statistics.voxelsOf(7)).toBe(2)
  })

  it('kept edit by edit, equals a fresh count', () => {
    fc.assert(
      fc.property(map, map, (a, b) => {
        const [before, after] = [Uint16Array.from(a), Uint16Array.from(b)]
        const kept = new LabelStatistics(before, 12)
        kept.apply(diff(before, after))
        const fresh = new LabelStatistics(after, 12)
        expect(kept.counts()).toEqual(fresh.counts())
        expect(kept.sliceLabels()).toEqual(fresh.sliceLabels())
      }),
    )
  })
})
