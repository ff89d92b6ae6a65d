import { describe, expect, it } from 'vitest'
import { bestThreshold } from './thresholdOracle'

/** One row of voxels; `target` marks the wanted ones. */
const search = (image: number[], target: number[]) => ({
  image: Int16Array.from(image),
  target: Uint8Array.from(target),
  size: [image.length, 1, 1] as const,
  lowers: [0, 20, 40],
  uppers: [10, 30, 50, 70],
})

describe('best threshold', () => {
  it('is perfect where values alone tell', () => {
    const found = bestThreshold(search([0, 0, 45, 45, 0, 60, 0], [0, 0, 1, 1, 0, 0, 0]))
    expect(found).toMatchObject({ dice: 1, lower: 20, upper: 50 })
  })

  it('uses the size of components where values do not', () => {
    // Same value: a component of 2 is wanted, those of 1 and 4 are not.
    const found = bestThreshold(search([45, 0, 45, 45, 0, 45, 45, 45, 45], [0, 0, 1, 1, 0, 0, 0, 0, 0]))
    expect(found).toMatchObject({ dice: 1, sizes: [2, 2] })
  })

  it('cannot part what touches, nor tell equal sizes', () => {
    // The wanted 2 touch 2 others; elsewhere there is another component of 4. Best: one of both sizes, 2 * 2 / (8 + 2) or nothing better.
    const found = bestThreshold(search([45, 45, 45, 45, 0, 45, 45, 45, 45], [1, 1, 0, 0, 0, 0, 0, 0, 0]))
    expect(found.dice).toBeCloseTo(0.4, 6)
  })

  it('finds components across rows and slices, not across the edge of a row', () => {
    const image = Int16Array.from([45, 0, 45, 45, 0, 0, 0, 0, 45, 0, 0, 45])
    const target = Uint8Array.from([1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    // 3 x 2 x 2: voxels 0 and 3 touch across rows; 2 and 3 do not touch although they follow one another; 2 and 8 touch across slices.
    const found = bestThreshold({ image, target, size: [3, 2, 2], lowers: [40], uppers: [50] })
    // Components: {0, 3}, {2, 8, 11}: the size range [2, 2] is perfect.
    expect(found).toMatchObject({ dice: 1, sizes: [2, 2] })
  })
})
