import { describe, expect, it } from 'vitest'
import { countedMean, dice, iou, overlapCounts } from './overlap'

const withFour = (label: number) => Uint8Array.from({ length: 64 }, (_, n) => (n < 4 ? label : 0))
const empty = new Uint8Array(64)
const foregroundDice = (prediction: Uint8Array, truth: Uint8Array) =>
  overlapCounts(prediction, truth, 3).slice(1).map(dice)

describe('overlap of label maps (T01)', () => {
  it('is 1 over one counted class when only class 1 exists and is met', () => {
    const values = foregroundDice(withFour(1), withFour(1))
    expect(values).toEqual([1, null])
    expect(countedMean(values)).toEqual({ mean: 1, counted: 1 })
  })

  it('is 0, not NaN and not skipped, for a prediction where the truth is empty', () => {
    expect(foregroundDice(withFour(1), empty)).toEqual([0, null])
    expect(countedMean([0, null])).toEqual({ mean: 0, counted: 1 })
  })

  it('is not counted when both are empty', () => {
    expect(countedMean(foregroundDice(empty, empty))).toEqual({ mean: null, counted: 0 })
  })

  it('shows 0 for an all-background answer although 99.9 % of the pixels are right (T05)', () => {
    const truth = Uint8Array.from({ length: 4096 }, (_, n) => (n < 4 ? 1 : 0))
    expect(overlapCounts(new Uint8Array(4096), truth, 2).map(dice)[1]).toBe(0)
  })

  it('gives Dice and IoU of a half overlap', () => {
    const [, counts] = overlapCounts(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(0, 1, 1, 0), 2)
    expect([dice(counts!), iou(counts!)]).toEqual([0.5, 1 / 3])
  })

  it('does not look at voxels of weight 0', () => {
    const [, counts] = overlapCounts(Uint8Array.of(1, 1), Uint8Array.of(1, 0), 2, Uint8Array.of(1, 0))
    expect(dice(counts!)).toBe(1)
  })
})
