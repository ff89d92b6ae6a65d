import { describe, expect, it } from 'vitest'
import { stretches } from './sliceMarks'

describe('stretches', () => {
  it('joins neighbours and keeps both ends', () => {
    const on = new Set([0, 1, 4, 7, 8, 9])
    expect(stretches(10, k => on.has(k))).toEqual([
      { first: 0, count: 2 },
      { first: 4, count: 1 },
      { first: 7, count: 3 },
    ])
    expect(stretches(0, () => true)).toEqual([])
  })
})
