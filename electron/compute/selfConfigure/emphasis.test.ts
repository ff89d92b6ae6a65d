import { describe, expect, it } from 'vitest'
import type { Fingerprint } from '#common/ipc/prepare'
import { chooseEmphasis } from './emphasis'

const withCounts = (...counts: number[]): Fingerprint[] => [
  {
    size: { columns: 1, rows: 1, slices: 1 },
    body: null,
    spacingMm: null,
    modality: '',
    range: [0, 1],
    labels: [],
    complete: [true],
    counts: [counts],
  },
]

describe('emphasis on rare labels', () => {
  it('goes by the inverse root of their share, 1 on average over the voxels', () => {
    const { weights } = chooseEmphasis(withCounts(9000, 900, 100)).value
    expect(weights[2]! / weights[1]!).toBeCloseTo(3, 1)
    expect((9000 * weights[0]! + 900 * weights[1]! + 100 * weights[2]!) / 10000).toBeCloseTo(1, 2)
  })

  it('is bounded for a label of a few voxels, and plain for one that does not occur', () => {
    const { weights } = chooseEmphasis(withCounts(1e7, 1, 0)).value
    expect(weights[1]! / weights[0]!).toBeCloseTo(50, 0)
    expect(weights[2]).toBe(weights[0])
  })
})
