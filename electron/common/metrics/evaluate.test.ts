import { describe, expect, it } from 'vitest'
import { evaluateLabels } from './evaluate'

// 0.5 x 0.5 mm pixels, slices 3 mm apart.
const grid = {
  size: [4, 4, 2] as [number, number, number],
  spacingMm: [0.5, 0.5, 3] as [number, number, number],
  affineLps: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1],
}
const labels = [
  { value: 5, name: 'liver' },
  { value: 200, name: 'lesion' },
]
const map = (...at: [index: number, value: number][]) => {
  const values = new Uint16Array(32)
  for (const [index, value] of at) values[index] = value
  return values
}

describe('evaluation of a label map', () => {
  it('gives Dice, distances and mL per label and leaves a label that is nowhere out of the mean', () => {
    const { labels: found, mean } = evaluateLabels(map([0, 5], [1, 5]), map([1, 5], [2, 5]), grid, labels)
    expect(found[0]).toMatchObject({ value: 5, name: 'liver', dice: 0.5, iou: 1 / 3, counted: true })
    expect(found[0]!.hd95Mm).toBeCloseTo(0.475, 6)
    expect(found[0]!.volumeMl.pred).toBeCloseTo(2 * 0.00075, 9)
    expect(found[0]!.volumeDifferenceMl).toBe(0)
    expect(found[1]).toMatchObject({ dice: null, iou: null, hd95Mm: null, counted: false })
    expect(mean).toEqual({ dice: 0.5, iou: 1 / 3, counted: 1 })
  })

  it('does not judge slices nobody completed', () => {
    const everywhere = map([0, 5], [16, 5])
    const { labels: found } = evaluateLabels(everywhere, map([0, 5]), grid, labels, [true, false])
    expect(found[0]!.dice).toBe(1)
  })

  it('says voxels only, no mm and no mL, without geometry', () => {
    const bare = { ...grid, affineLps: null }
    const { labels: found } = evaluateLabels(map([0, 5]), map([0, 5]), bare, labels)
    expect(found[0]).toMatchObject({ dice: 1, hd95Mm: null, volumeMl: { pred: null, truth: null } })
  })

  it('refuses maps of different sizes', () => {
    expect(() => evaluateLabels(new Uint16Array(8), map(), grid, labels)).toThrow(/same grid/)
  })
})
