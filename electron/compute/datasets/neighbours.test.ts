import { describe, expect, it } from 'vitest'
import { neighbourhood, neighbourStep } from './neighbours'

describe('neighbouring slices', () => {
  it('lie around the answered one, ends repeated', () => {
    expect(neighbourhood(3, { count: 1, step: 1, slices: 9 })).toEqual([2, 3, 4])
    expect(neighbourhood(0, { count: 2, step: 1, slices: 9 })).toEqual([0, 0, 0, 1, 2])
    expect(neighbourhood(8, { count: 1, step: 3, slices: 9 }, true)).toEqual([8, 8, 5])
  })

  it('keep the distance of training on thinner slices, and are the next ones on thicker or unknown', () => {
    expect(neighbourStep(3, [1, 1, 0.75])).toBe(4)
    expect(neighbourStep(3, [1, 1, 5])).toBe(1)
    expect(neighbourStep(3, null)).toBe(1)
    expect(neighbourStep(null, [1, 1, 0.75])).toBe(1)
  })
})
