import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDim, addDims, floorDivDim, mulDim, sizeOf } from './dims'

describe('symbolic dimensions', () => {
  test.each([
    [addDim('h', -2), 'h-2'],
    [addDim('h-2', 2), 'h'],
    [floorDivDim('h', 2), 'h/2'],
    [floorDivDim('h/2', 2), 'h/4'],
    [mulDim('h/4', 2), 'h/2'],
    [mulDim('h/2', 2), 'h'],
    [mulDim('h+1', 2), '2*h+2'],
    [addDim(floorDivDim(addDim('h', -2), 2), 1), 'h/2'],
    [addDims('h', 'h'), '2*h'],
    [addDims('h', 3), 'h+3'],
    [sizeOf(['n', 2, 3]), '6*n'],
  ])('%s', (dim, expected) => expect(dim).toBe(expected))

  test('two symbols have no sum and no product', () => {
    expect(addDims('h', 'w')).toBeNull()
    expect(sizeOf(['h', 'w'])).toBeNull()
  })

  test('text that is no dimension is refused', () => expect(() => addDim('h w', 1)).toThrow(/not a dimension/))

  test('symbols follow the arithmetic of numbers where the symbol divides', () => {
    const step = fc.oneof(
      fc.record({ op: fc.constant('add' as const), n: fc.integer({ min: -3, max: 3 }) }),
      fc.record({ op: fc.constant('mul' as const), n: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ op: fc.constant('div' as const), n: fc.integer({ min: 1, max: 3 }) }),
    )
    const rules = { add: addDim, mul: mulDim, div: floorDivDim }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), fc.integer({ min: 1, max: 5 }), (steps, k) => {
        const h = k * 3 ** 5 * 2 ** 5
        const number = steps.reduce((dim, { op, n }) => rules[op](dim, n) as number, h)
        const symbol = steps.reduce<number | string>((dim, { op, n }) => rules[op](dim, n), 'h')
        // What the symbol says, with h put in.
        const [, times = '1', , over = '1', plus = '0'] = /^(?:(\d+)\*)?([a-z]+)(?:\/(\d+))?([+-]\d+)?$/.exec(
          String(symbol),
        )!
        expect((Number(times) * h) / Number(over) + Number(plus)).toBe(number)
      }),
    )
  })
})
