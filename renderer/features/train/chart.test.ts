import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeRow } from '../../api/fake'
import { bestRow, diceChart, lastOf, lossChart, spread } from './chart'
import { placesFor } from './plot'

describe('charts', () => {
  it('loss: train plain, validation dashed', () => {
    const rows = [fakeRow(1, [1]), fakeRow(2, [1])]
    const { epochs, lines } = lossChart(rows)
    expect(epochs).toEqual([1, 2])
    expect(lines.map(({ name, dashed }) => [name, dashed ?? false])).toEqual([
      ['train', false],
      ['validation', true],
    ])
    expect(lines[1]!.values).toEqual(rows.map(row => row.validation.loss))
  })

  it('Dice: a line per class; not counted is no value, never 0', () => {
    const rows = [fakeRow(1, [1, 2]), { ...fakeRow(2, [1]), validation: { loss: 1, dice: { '1': 0.5, '2': null } } }]
    const { lines } = diceChart(rows, [{ value: 1, name: 'Liver', color: '#56b4e9' }])
    expect(lines.map(({ name, color }) => [name, color])).toEqual([
      ['Liver', '#56b4e9'],
      ['Label 2', 'var(--text-3)'],
    ])
    expect(lines[1]!.values[1]).toBeNull()
    expect(lastOf(lines[1]!.values)).toBe(rows[0]!.validation.dice['2'])
    expect(lastOf([null])).toBeNull()
  })

  it('best is the highest mean Dice, the earliest of equals, none when none was counted', () => {
    const row = (epoch: number, meanDice: number | null) => ({ ...fakeRow(epoch, [1]), meanDice })
    expect(bestRow([row(1, 0.5), row(2, 0.8), row(3, 0.8), row(4, null)])?.epoch).toBe(2)
    expect(bestRow([row(1, null)])).toBeNull()
  })
})

describe('numbers at the axis', () => {
  it('have as many places as tell neighbours apart, and at least those asked for', () => {
    expect(placesFor([0, 100, 200], 0)).toBe(0)
    expect(placesFor([0, 0.25, 0.5], 2)).toBe(2)
    expect(placesFor([0, 0.002, 0.004], 1)).toBe(3)
    expect(placesFor([0, 0.01, 0.02], 1)).toBe(2)
    expect(placesFor([0], 1)).toBe(1)
  })
})

describe('names at line ends', () => {
  it('keep their gap and their order, inside the plot', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 12 }), places => {
        const moved = spread(places, 15, 0, 200)
        const sorted = [...moved].sort((a, b) => a - b)
        for (let n = 1; n < sorted.length; n++) expect(sorted[n]! - sorted[n - 1]!).toBeGreaterThanOrEqual(15)
        expect(sorted[0]).toBeGreaterThanOrEqual(0)
        expect(sorted.at(-1)).toBeLessThanOrEqual(200)
        places.forEach((place, i) =>
          places.forEach((other, j) => {
            if (place < other) expect(moved[i]).toBeLessThan(moved[j]!)
          }),
        )
      }),
    )
  })

  it('stay where they are when there is room', () => expect(spread([10, 60, 120], 15, 0, 200)).toEqual([10, 60, 120]))
})
