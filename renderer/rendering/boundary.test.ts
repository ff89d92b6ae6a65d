import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundaryLoops } from './boundary'

/** Sum of the lengths of a loop's sides. */
function perimeter(loop: number[]): number {
  let sum = 0
  for (let at = 0; at < loop.length; at += 2) {
    const next = (at + 2) % loop.length
    sum += Math.abs(loop[next]! - loop[at]!) + Math.abs(loop[next + 1]! - loop[at + 1]!)
  }
  return sum
}

/** Signed area by the shoelace formula; positive for loops with the label inside (y runs down, label on the right). */
function area(loop: number[]): number {
  let sum = 0
  for (let at = 0; at < loop.length; at += 2) {
    const next = (at + 2) % loop.length
    sum += loop[at]! * loop[next + 1]! - loop[next]! * loop[at + 1]!
  }
  return sum / 2
}

describe('boundaryLoops', () => {
  it('walks around a single voxel', () => {
    expect(boundaryLoops([0, 0, 0, 0, 7, 0, 0, 0, 0], 3, 3, 7)).toEqual([[1, 1, 2, 1, 2, 2, 1, 2]])
  })

  it('keeps only corners of straight sides, also at the border of the image', () => {
    expect(boundaryLoops([1, 1, 1, 1], 2, 2, 1)).toEqual([[0, 0, 2, 0, 2, 2, 0, 2]])
  })

  it('gives a hole its own loop, the other way round', () => {
    const loops = boundaryLoops([1, 1, 1, 1, 0, 1, 1, 1, 1], 3, 3, 1)
    expect(loops.map(area)).toEqual([9, -1])
  })

  it('keeps voxels that touch at a corner apart', () => {
    expect(boundaryLoops([1, 0, 0, 1], 2, 2, 1).map(area)).toEqual([1, 1])
  })

  it('encloses as much as there is, along every edge once', () => {
    const image = fc.array(fc.constantFrom(0, 1, 1, 2), { minLength: 56, maxLength: 56 })
    fc.assert(
      fc.property(image, values => {
        const [columns, rows] = [8, 7]
        const loops = boundaryLoops(values, columns, rows, 1)
        const at = (i: number, j: number): boolean =>
          i >= 0 && j >= 0 && i < columns && j < rows && values[j * columns + i] === 1
        let edges = 0
        for (let j = 0; j <= rows; j++)
          for (let i = 0; i <= columns; i++)
            edges += Number(at(i, j) !== at(i - 1, j)) + Number(at(i, j) !== at(i, j - 1))
        expect(loops.reduce((sum, loop) => sum + area(loop), 0)).toBe(values.filter(value => value === 1).length)
        expect(loops.reduce((sum, loop) => sum + perimeter(loop), 0)).toBe(edges)
      }),
    )
  })
})
