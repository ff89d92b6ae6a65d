import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Confusion } from './confusion'

const scoresOf = (names: string[], pairs: readonly (readonly [number, number])[]) => {
  const confusion = new Confusion(names)
  for (const [truth, said] of pairs) confusion.add(truth, said)
  return confusion.scores()
}

describe('confusion', () => {
  it('counts by hand', () => {
    const pairs = [[0, 0], [0, 0], [0, 1], [1, 1], [2, 1]] as const // prettier-ignore
    expect(scoresOf(['no', 'yes', 'both', 'never'], pairs)).toEqual({
      count: 5,
      accuracy: 3 / 5,
      // 2/3, 1 and 0; "never" does not occur.
      balancedAccuracy: (2 / 3 + 1 + 0) / 3,
      classes: [
        { name: 'no', count: 3, recall: 2 / 3, precision: 1 },
        { name: 'yes', count: 1, recall: 1, precision: 1 / 3 },
        { name: 'both', count: 1, recall: 0, precision: null },
        { name: 'never', count: 0, recall: null, precision: null },
      ],
      matrix: [[2, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]], // prettier-ignore
    })
    expect(scoresOf(['a', 'b'], [])).toBeNull()
  })

  it('one that always says the same has the balanced accuracy of a guess, however unequal the classes', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(counts, numbers => {
        const pairs = numbers.flatMap((count, truth) => Array.from({ length: count }, () => [truth, 0] as const))
        const names = numbers.map(String)
        expect(scoresOf(names, pairs)!.balancedAccuracy).toBeCloseTo(1 / names.length, 12)
      }),
    )
  })
})
