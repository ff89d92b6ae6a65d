import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { autoencoderConfigSchema, type DenseAutoencoderConfig } from './autoencoderConfig'
import { connectionsOf, layerShares } from './connections'
import { connectionsAfter, pruningEpochs, strongest } from './pruning'

const configOf = (changes: object): DenseAutoencoderConfig =>
  autoencoderConfigSchema.parse({
    kind: 'dense',
    shape: [1, 28, 28],
    widths: [30],
    ...changes,
  }) as DenseAutoencoderConfig

describe('connections of a stack', () => {
  it('are a tenth of all, the small layers keeping most: 784-1000-500-250-30 worked out by hand', () => {
    const shares = layerShares([784, 1000, 500, 250, 30], 0.1)
    // The rule alone gives 250-30 more than it has; the other three share what is left: (141,650 - 7,500) / (1784 + 1500 + 750) a side.
    const perSide = 134_150 / 4034
    expect(shares[0]).toBeCloseTo((perSide * 1784) / 784_000, 12)
    expect(shares[1]).toBeCloseTo((perSide * 1500) / 500_000, 12)
    expect(shares[2]).toBeCloseTo((perSide * 750) / 125_000, 12)
    expect(shares[3]).toBe(1)
  })

  it('are as many as were asked for, whatever the sizes, and thinner where layers are larger', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.001, max: 1, noNaN: true }), (stack, share) => {
        const shares = layerShares(stack, share)
        const weights = shares.map((_, layer) => stack[layer]! * stack[layer + 1]!)
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
        expect(sum(shares.map((kept, layer) => kept * weights[layer]!))).toBeCloseTo(share * sum(weights), 4)
        expect(shares.every(kept => kept > 0 && kept <= 1)).toBe(true)
      }),
    )
  })

  it('are all there at a share of 1, without a mask', () => {
    expect(layerShares([784, 100, 10], 1)).toEqual([1, 1])
    expect(connectionsOf(configOf({})).every(({ kept, of }) => kept === of)).toBe(true)
  })

  it('are counted in encoder and decoder, and once where the decoder is tied', () => {
    const two = connectionsOf(configOf({ connections: 0.1 }))
    expect(two).toEqual([
      { scope: 'encoder.0', kept: 30 * 78, of: 30 * 784 },
      { scope: 'decoder.0', kept: 784 * 3, of: 30 * 784 },
    ])
    expect(connectionsOf(configOf({ connections: 0.1, tied: true }))).toEqual(two.slice(0, 1))
  })
})

describe('pruning', () => {
  it('goes fast at first and ends where it should, two thirds through', () => {
    const layer = { kept: 100, of: 1100 }
    expect(pruningEpochs(30)).toBe(20)
    expect([1, 10, 19, 20, 30].map(epoch => connectionsAfter(epoch, 20, layer))).toEqual([957, 225, 100, 100, 100])
    expect(pruningEpochs(2)).toBe(1)
    expect(connectionsAfter(1, pruningEpochs(2), layer)).toBe(100)
    expect(() => pruningEpochs(1)).toThrow(/at least two epochs/)
  })

  it('keeps the weights of largest magnitude among those that are left', () => {
    const weight = Float32Array.of(0.1, -3, 2, 9, -0.5)
    expect([...strongest(weight, Float32Array.of(1, 1, 1, 0, 1), 2)]).toEqual([0, 1, 1, 0, 0])
  })

  it('keeps exactly so many, also among equals, and brings none back', () => {
    const weights = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(weights, fc.infiniteStream(fc.boolean()), fc.nat(), (values, chosen, some) => {
        const mask = Float32Array.from(values, () => (chosen.next().value ? 1 : 0))
        const left = mask.reduce((a, b) => a + b, 0)
        const keep = some % (left + 1)
        const next = strongest(Float32Array.from(values), mask, keep)
        expect(next.reduce((a, b) => a + b, 0)).toBe(keep)
        expect(next.every((value, i) => value <= mask[i]!)).toBe(true)
        const magnitudes = (kept: number) => values.filter((_, i) => mask[i] === 1 && next[i] === kept).map(Math.abs)
        expect(Math.min(...magnitudes(1), Infinity)).toBeGreaterThanOrEqual(Math.max(...magnitudes(0), 0))
      }),
    )
  })
})
