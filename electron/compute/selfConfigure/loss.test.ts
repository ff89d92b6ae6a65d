import { describe, expect, it } from 'vitest'
import { chooseLoss } from './loss'
import type { Fingerprint } from '#common/ipc/prepare'

const withCounts = (...counts: number[]) => [{ counts: [counts] } as unknown as Fingerprint]

describe('class weights', () => {
  it('go by the inverse root of a class share, 1 on average over the voxels', () => {
    const { classWeights } = chooseLoss(withCounts(9000, 900, 100)).value as { classWeights: number[] }
    expect(classWeights[2]! / classWeights[1]!).toBeCloseTo(3, 1)
    expect((9000 * classWeights[0]! + 900 * classWeights[1]! + 100 * classWeights[2]!) / 10000).toBeCloseTo(1, 2)
  })

  it('are bounded for a class of a few voxels, and plain for one that does not occur', () => {
    const { classWeights } = chooseLoss(withCounts(1e7, 1, 0)).value as { classWeights: number[] }
    expect(classWeights[1]! / classWeights[0]!).toBeCloseTo(50, 0)
    expect(classWeights[2]).toBe(classWeights[0])
  })
})
