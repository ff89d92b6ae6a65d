import { describe, expect, it } from 'vitest'
import { affineFromColumns, flipLpsRas } from './affine'
import { axisCodes, directionLetters, edgeLetters, nearestAxes } from './orientation'

describe('letters', () => {
  it('name patient directions, the strongest first', () => {
    expect(directionLetters([1, 0, 0])).toBe('L')
    expect(directionLetters([0, -1, 0])).toBe('A')
    expect(directionLetters([0, 0, -2])).toBe('I')
    expect(directionLetters([0.9, -0.43, 0])).toBe('LA')
    expect(directionLetters([0.05, -0.99, 0.1])).toBe('AS')
    expect(directionLetters([0, 0, 0])).toBe('')
  })

  it('stand at the edges of an axial view: patient left on screen right', () => {
    expect(edgeLetters([1, 0, 0], [0, 1, 0])).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
  })
})

describe('axes', () => {
  const sagittal = affineFromColumns([0, 1, 0], [0, 0, -1], [-3, 0, 0], [10, 0, 0])

  it('of a sagittal stack are found with their signs', () => {
    expect(axisCodes(sagittal)).toBe('PIR')
    expect(nearestAxes(sagittal)).toEqual([
      { voxelAxis: 2, sign: -1 },
      { voxelAxis: 0, sign: 1 },
      { voxelAxis: 1, sign: -1 },
    ])
  })

  it('of an oblique stack are a permutation', () => {
    const c = Math.SQRT1_2
    const oblique = affineFromColumns([c, c, 0], [-c, c, 0], [0, 0, 1], [0, 0, 0])
    expect(new Set(nearestAxes(oblique).map(match => match.voxelAxis)).size).toBe(3)
  })

  it('keep their meaning in RAS words', () => {
    expect(flipLpsRas(flipLpsRas(sagittal))).toEqual(sagittal)
    expect(flipLpsRas(sagittal).slice(0, 4)).toEqual([0, 0, 3, -10])
  })
})
