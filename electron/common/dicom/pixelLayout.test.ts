import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asWords, cutStoredBits, frameBits, swapBytes, unpackBits, type PixelLayout } from './pixelLayout'

const layout = (changes: Partial<PixelLayout>): PixelLayout => ({
  ...{ rows: 1, columns: 1, samples: 1, photometric: 'MONOCHROME2', planar: 0, frames: 1, kind: 'integer' },
  ...{ bitsAllocated: 16, bitsStored: 12, highBit: 11, signed: false },
  ...changes,
})

function stored(word: number, of: PixelLayout): number {
  const bytes = new Uint8Array(of.bitsAllocated / 8)
  for (let n = 0; n < bytes.length; n++) bytes[n] = (word >>> (8 * n)) & 0xff
  const words = asWords(bytes, of)
  cutStoredBits(words, of)
  return words[0]!
}

describe('stored bits (D06)', () => {
  it('are sign-extended from BitsStored', () => {
    expect(stored(0x0f80, layout({ signed: true }))).toBe(-128)
    expect(stored(0xfc00, layout({ signed: true, bitsStored: 16, highBit: 15 }))).toBe(-1024)
  })

  it('leave overlay bits and junk outside', () => {
    expect(stored(0x8064, layout({}))).toBe(100)
    expect(stored(0x8f80, layout({ signed: true }))).toBe(-128)
  })

  it('are found below any HighBit, in 8, 16 and 32 bits', () => {
    expect(stored(0x0640, layout({ bitsStored: 8, highBit: 11 }))).toBe(0x64)
    expect(stored(0xf8, layout({ bitsAllocated: 8, bitsStored: 4, highBit: 7, signed: true }))).toBe(-1)
    expect(stored(0xfff00000, layout({ bitsAllocated: 32, bitsStored: 24, highBit: 23, signed: true }))).toBe(-1048576)
    expect(stored(0xff800001, layout({ bitsAllocated: 32, bitsStored: 24, highBit: 23 }))).toBe(0x800001)
  })

  it('come back from any word whatever surrounds them', () => {
    const cases = fc.record({
      bitsStored: fc.integer({ min: 1, max: 16 }),
      slack: fc.nat(15),
      value: fc.nat(0xffff),
      junk: fc.nat(0xffff),
      signed: fc.boolean(),
    })
    fc.assert(
      fc.property(cases, ({ bitsStored, slack, value, junk, signed }) => {
        const highBit = Math.min(15, bitsStored - 1 + slack)
        const shift = highBit + 1 - bitsStored
        const mask = (2 ** bitsStored - 1) << shift
        const bits = value % 2 ** bitsStored
        const word = ((junk & ~mask) | (bits << shift)) & 0xffff
        const expected = signed && bits >= 2 ** (bitsStored - 1) ? bits - 2 ** bitsStored : bits
        expect(stored(word, layout({ bitsStored, highBit, signed }))).toBe(expected)
      }),
    )
  })
})

describe('frames', () => {
  it('of one bit are packed without padding, of 4:2:2 take two samples a pixel', () => {
    expect(frameBits(layout({ rows: 3, columns: 3, bitsAllocated: 1, bitsStored: 1, highBit: 0 }))).toBe(9)
    expect(frameBits(layout({ columns: 4, samples: 3, bitsAllocated: 8, photometric: 'YBR_FULL_422' }))).toBe(64)
    expect(frameBits(layout({ columns: 4, samples: 3, bitsAllocated: 8, photometric: 'RGB' }))).toBe(96)
  })

  it('unpack from the least significant bit on, from any bit', () => {
    expect([...unpackBits(Uint8Array.of(0b10110001, 0b1), 0, 9)]).toEqual([1, 0, 0, 0, 1, 1, 0, 1, 1])
    expect([...unpackBits(Uint8Array.of(0b10110001, 0b1), 7, 2)]).toEqual([1, 1])
  })

  it('swap to little endian by word', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4)
    swapBytes(bytes, 2)
    expect([...bytes]).toEqual([2, 1, 4, 3])
    swapBytes(bytes, 4)
    expect([...bytes]).toEqual([3, 4, 1, 2])
  })
})
