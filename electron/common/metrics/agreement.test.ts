import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Agreement, sharedNames } from './agreement'
import { dice, overlapCounts } from './overlap'

const HAND = [
  { value: 1, name: 'Liver' },
  { value: 2, name: 'Lesion' },
  { value: 7, name: 'Vessel' },
]
const MODEL = [
  { value: 3, name: 'lesion' },
  { value: 4, name: 'Liver' },
  { value: 5, name: 'Spleen' },
]
const between = (hand: number[], model: number[]) => {
  const agreement = new Agreement(HAND, MODEL)
  agreement.addSlice(0, Uint16Array.from(hand), Uint16Array.from(model))
  const { labels, dice: mean } = agreement.result()
  return { labels, dice: mean }
}

describe('agreement of hand and model', () => {
  it('matches labels by name, whatever their values and case', () => {
    expect(sharedNames(HAND, MODEL)).toEqual(['Liver', 'Lesion'])
    expect(between([1, 1, 2, 0], [4, 4, 3, 0])).toEqual({
      labels: [
        { name: 'Liver', dice: 1 },
        { name: 'Lesion', dice: 1 },
      ],
      dice: 1,
    })
  })

  it('is the mean Dice over labels that are in either; one that is in neither is not counted', () => {
    expect(between([1, 1, 1, 0], [4, 0, 0, 0])).toEqual({
      labels: [
        { name: 'Liver', dice: 0.5 },
        { name: 'Lesion', dice: null },
      ],
      dice: 0.5,
    })
    expect(between([1, 2], [4, 0]).dice).toBe(0.5)
    expect(between([0, 0], [0, 0]).dice).toBeNull()
  })

  it('takes labels that only one of them knows as background', () => {
    expect(between([7, 1], [5, 4])).toEqual(between([0, 1], [0, 4]))
    expect(between([7, 0], [4, 0]).labels[0]).toEqual({ name: 'Liver', dice: 0 })
  })

  it('knows the slice on which most voxels differ', () => {
    const agreement = new Agreement(HAND, MODEL)
    const slice = (...values: number[]): Uint16Array => Uint16Array.from(values)
    agreement.addSlice(4, slice(1, 1, 0), slice(4, 4, 0))
    expect(agreement.result().worstSlice).toBeNull()
    agreement.addSlice(5, slice(1, 1, 0), slice(4, 0, 0))
    agreement.addSlice(7, slice(1, 2, 7), slice(3, 4, 5))
    agreement.addSlice(9, slice(1, 1, 1), slice(0, 4, 4))
    expect(agreement.result().worstSlice).toBe(7)
  })

  it('equals Dice of the whole, however it is cut into slices', () => {
    const values = fc.array(fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(0, 3, 4)), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.nat(), (voxels, cut) => {
        const hand = Uint16Array.from(voxels, ([value]) => value)
        const model = Uint16Array.from(voxels, ([, value]) => value)
        const at = cut % voxels.length
        const agreement = new Agreement(HAND, MODEL)
        agreement.addSlice(0, hand.subarray(0, at), model.subarray(0, at))
        agreement.addSlice(1, hand.subarray(at), model.subarray(at))
        const same = model.map(value => (value === 4 ? 1 : value === 3 ? 2 : 0))
        const [, liver, lesion] = overlapCounts(same, hand, 3)
        expect(agreement.result().labels.map(label => label.dice)).toEqual([dice(liver!), dice(lesion!)])
      }),
    )
  })
})
