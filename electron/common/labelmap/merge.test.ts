import { describe, expect, it } from 'vitest'
import { applyDelta } from './delta'
import { merge, without, type MergeRule } from './merge'

const rule = (over: Partial<MergeRule>): MergeRule => ({
  takes: () => true,
  locked: new Set(),
  keepSlice: () => false,
  ...over,
})

/** Two slices of four voxels. */
const CURRENT = Uint16Array.of(0, 1, 2, 3, 0, 1, 2, 3)
const INCOMING = Uint16Array.of(1, 0, 1, 1, 2, 2, 0, 2)

const merged = (over: Partial<MergeRule>): number[] => {
  const values = CURRENT.slice()
  applyDelta(values, merge(values, INCOMING, 4, rule(over)))
  return [...values]
}

describe('merge', () => {
  it('puts everything where the incoming map has it', () => {
    expect(merged({})).toEqual([...INCOMING])
  })

  it('takes over the chosen labels, and takes them away where the incoming map lacks them', () => {
    expect(merged({ takes: label => label === 1 })).toEqual([1, 0, 1, 1, 0, 0, 2, 3])
  })

  it('leaves locked labels and kept slices', () => {
    expect(merged({ locked: new Set([3]) })).toEqual([1, 0, 1, 3, 2, 2, 0, 3])
    expect(merged({ keepSlice: k => k === 1 })).toEqual([1, 0, 1, 1, 0, 1, 2, 3])
  })
})

describe('without', () => {
  it('empties one label', () => {
    const values = CURRENT.slice()
    applyDelta(values, without(values, 2))
    expect([...values]).toEqual([0, 1, 0, 3, 0, 1, 0, 3])
    expect(without(values, 9).start.length).toBe(0)
  })
})
