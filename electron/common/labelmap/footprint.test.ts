import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents } from './components'
import { strokeFootprint, type PointIj, type SliceShape } from './footprint'

const SQUARE: SliceShape = { columns: 16, rows: 16, spacingMm: [1, 1] }

/** The footprint as a full slice of 0 and 1. */
function covered(shape: SliceShape, points: readonly PointIj[], radiusMm: number): Uint8Array {
  const slice = new Uint8Array(shape.columns * shape.rows)
  const print = strokeFootprint(shape, points, radiusMm)
  if (!print) return slice
  for (let row = 0; row < print.rows; row++)
    for (let column = 0; column < print.columns; column++)
      slice[(print.firstRow + row) * shape.columns + print.firstColumn + column] =
        print.covered[row * print.columns + column]!
  return slice
}

const count = (slice: Uint8Array): number => slice.reduce((sum, value) => sum + value, 0)
const pieces = (slice: Uint8Array, shape: SliceShape): number =>
  connectedComponents(slice, [shape.columns, shape.rows, 1], 6).components.length

describe('strokeFootprint', () => {
  it('covers the 29 pixels with dx² + dy² <= 9 at radius 3', () => {
    const slice = covered(SQUARE, [[8, 8]], 3)
    for (let j = 0; j < 16; j++)
      for (let i = 0; i < 16; i++) expect(slice[j * 16 + i]).toBe((i - 8) ** 2 + (j - 8) ** 2 <= 9 ? 1 : 0)
    expect(count(slice)).toBe(29)
  })

  it('covers the pixel under the cursor, however small the brush', () => {
    const slice = covered(SQUARE, [[4.4, 4.4]], 0.4)
    expect(count(slice)).toBe(1)
    expect(slice[4 * 16 + 4]).toBe(1)
  })

  it('sweeps between two samples without a gap', () => {
    const slice = covered(SQUARE, [[2, 8], [13, 8]], 3) // prettier-ignore
    for (let i = 0; i < 16; i++) expect(slice[8 * 16 + i]).toBe(1)
    expect(pieces(slice, SQUARE)).toBe(1)
    expect(pieces(covered(SQUARE, [[2, 8], [13, 3]], 0.1), SQUARE)).toBe(1) // prettier-ignore
  })

  it('is round in mm on pixels that are not square', () => {
    const shape: SliceShape = { columns: 21, rows: 21, spacingMm: [0.5, 2] }
    const slice = covered(shape, [[10, 10]], 2)
    expect([...slice.subarray(10 * 21, 11 * 21)].join('')).toBe('000000111111111000000')
    expect([...slice.subarray(9 * 21, 10 * 21)].join('')).toBe('000000000010000000000')
    expect(count(slice.subarray(0, 9 * 21))).toBe(0)
  })

  it('counts a pixel on the rim in spite of decimal spacing', () => {
    const slice = covered({ ...SQUARE, spacingMm: [0.1, 0.1] }, [[8, 8]], 0.3)
    expect(count(slice)).toBe(29)
  })

  it('covers nothing outside the slice, also when it starts far away', () => {
    expect(strokeFootprint(SQUARE, [[-9, -9]], 3)).toBeNull()
    expect(strokeFootprint(SQUARE, [[1e12, 1e12]], 3)).toBeNull()
    const slice = covered(SQUARE, [[-1e9, 5], [1e9, 5]], 0.2) // prettier-ignore
    expect(count(slice)).toBe(16)
  })

  const coordinate = fc.double({ min: -4, max: 20, noNaN: true })
  const path = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 6 })
  const spacing = fc.double({ min: 0.2, max: 3, noNaN: true })
  const radius = fc.double({ min: 0.05, max: 6, noNaN: true })

  it('gives the same pixels drawn at once or segment by segment', () => {
    fc.assert(
      fc.property(path, spacing, spacing, radius, (points, x, y, radiusMm) => {
        const shape: SliceShape = { ...SQUARE, spacingMm: [x, y] }
        const pieceByPiece = new Uint8Array(256)
        points.forEach((to, index) => {
          const segment = covered(shape, [points[Math.max(0, index - 1)]!, to], radiusMm)
          segment.forEach((value, n) => (pieceByPiece[n]! |= value))
        })
        expect(covered(shape, points, radiusMm)).toEqual(pieceByPiece)
      }),
    )
  })

  it('covers every pixel whose centre is within the radius of a sample, and the pixel of every sample', () => {
    fc.assert(
      fc.property(path, spacing, spacing, radius, (points, x, y, radiusMm) => {
        const slice = covered({ ...SQUARE, spacingMm: [x, y] }, points, radiusMm)
        for (const [pi, pj] of points) {
          for (let n = 0; n < 256; n++) {
            const distance = Math.hypot(((n % 16) - pi) * x, (Math.floor(n / 16) - pj) * y)
            if (distance < radiusMm) expect(slice[n]).toBe(1)
          }
          const [i, j] = [Math.floor(pi + 0.5), Math.floor(pj + 0.5)]
          if (i >= 0 && i < 16 && j >= 0 && j < 16) expect(slice[j * 16 + i]).toBe(1)
        }
      }),
    )
  })

  it('leaves one piece, connected by faces, for any path inside the slice', () => {
    const inside = fc.double({ min: 0, max: 15, noNaN: true })
    const insidePath = fc.array(fc.tuple(inside, inside), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(insidePath, fc.double({ min: 0.05, max: 1, noNaN: true }), (points, radiusMm) => {
        expect(pieces(covered(SQUARE, points, radiusMm), SQUARE)).toBe(1)
      }),
    )
  })
})
