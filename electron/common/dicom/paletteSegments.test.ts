import { describe, expect, it } from 'vitest'
import { expandSegments } from './paletteSegments'

describe('segmented palettes (PS3.3 C.7.9.2)', () => {
  it('are runs, straight lines and repeats', () => {
    // 3 values; a line of 4 entries to 10; the run and the line once more, the line from where it stands.
    const words = [0, 3, 1, 2, 2, 1, 4, 10, 2, 2, 0, 0]
    expect(expandSegments(words, 14, 2)).toEqual([1, 2, 2, 4, 6, 8, 10, 1, 2, 2, 4, 6, 8, 10])
  })

  it('count offsets in bytes: a repeat of the second segment, in words of 16 and of 8 bits', () => {
    const head = [0, 1, 7, 0, 2, 5, 6]
    expect(expandSegments([...head, 2, 1, 6, 0], 5, 2)).toEqual([7, 5, 6, 5, 6])
    expect(expandSegments([...head, 2, 1, 3, 0, 0, 0], 5, 1)).toEqual([7, 5, 6, 5, 6])
  })

  it('lines go down too, and stay level', () => {
    expect(expandSegments([0, 1, 10, 1, 5, 0, 1, 2, 0], 8, 2)).toEqual([10, 8, 6, 4, 2, 0, 0, 0])
  })

  it('fill the table and no more, whatever they ask for', () => {
    const lines = Array.from({ length: 5000 }, () => [1, 65535, 9]).flat()
    const started = performance.now()
    expect(expandSegments([0, 1, 0, ...lines, 2, 5000, 0, 0], 65536, 2)).toHaveLength(65536)
    expect(performance.now() - started).toBeLessThan(500)
  })

  it.each([
    ['a line with nothing before it', [1, 4, 10]],
    ['a repeat of nothing', [0, 1, 1, 2, 1, 99, 0]],
    ['a run that is cut off', [0, 5, 1, 2]],
    ['too few entries', [0, 2, 1, 2]],
    ['an unknown kind', [9, 1, 1]],
    ['a repeat without end', [2, 65535, 0, 0]],
  ])('with %s are refused', (_, words) => {
    expect(expandSegments(words, 8, 2)).toBeNull()
  })
})
