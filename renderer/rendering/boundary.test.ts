import { describe, expect, it } from 'vitest'
import { boundarySegments } from './boundary'

const length = (segments: number[]): number => {
  let sum = 0
  for (let s = 0; s < segments.length; s += 4)
    sum += Math.abs(segments[s + 2]! - segments[s]!) + Math.abs(segments[s + 3]! - segments[s + 1]!)
  return sum
}

describe('boundarySegments', () => {
  it('draws a single voxel as its four edges', () => {
    const segments = boundarySegments([0, 0, 0, 0, 7, 0, 0, 0, 0], 3, 3, 7)
    expect(segments).toEqual([1, 1, 2, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 1, 2, 2])
  })

  it('joins collinear edges of a block and closes it at the border of the image', () => {
    expect(boundarySegments([1, 1, 1, 1], 2, 2, 1)).toEqual([0, 0, 2, 0, 0, 2, 2, 2, 0, 0, 0, 2, 2, 0, 2, 2])
  })

  it('keeps neighbouring labels apart and has the perimeter of the shape', () => {
    const values = [1, 1, 2, 2, 1, 1, 2, 2]
    expect(length(boundarySegments(values, 4, 2, 1))).toBe(8)
    expect(length(boundarySegments(values, 4, 2, 2))).toBe(8)
    expect(boundarySegments(values, 4, 2, 3)).toEqual([])
  })
})
