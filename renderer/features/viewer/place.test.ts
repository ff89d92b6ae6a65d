import { describe, expect, it } from 'vitest'
import type { Grid } from '#common/geometry/types'
import { edgesOf, placeLps, planeOf, spacingText } from './place'

// CASES D14: oblique by 30 degrees in plane
const c = 0.866025
const s = 0.5
const oblique = {
  affineLps: [c, -s, 0, 10, s, c, 0, 20, 0, 0, 2, 30, 0, 0, 0, 1],
  orientation: [c, s, 0, -s, c, 0],
  spacingMm: [1, 1, 2],
} as unknown as Grid
const unknown = { affineLps: null, orientation: null, spacingMm: [0, 0, 0] } as unknown as Grid

describe('place', () => {
  it('gives the oracle millimetres of an oblique voxel', () => {
    const point = placeLps(oblique, 3, 1, 2)!
    expect(point[0]).toBeCloseTo(12.0981, 3)
    expect(point[1]).toBeCloseTo(22.366, 3)
    expect(point[2]).toBeCloseTo(34, 6)
  })

  it('says which way the edges point, oblique ones with both letters', () => {
    expect(edgesOf(oblique)).toEqual({ left: 'RA', right: 'LP', top: 'AL', bottom: 'PR' })
    expect(planeOf(oblique)).toBe('Axial')
    expect(planeOf({ orientation: [0, 1, 0, 0, 0, -1] } as unknown as Grid)).toBe('Sagittal')
    expect(planeOf({ orientation: [1, 0, 0, 0, 0, -1] } as unknown as Grid)).toBe('Coronal')
  })

  it('claims nothing where nothing is known', () => {
    expect(placeLps(unknown, 1, 2, 3)).toBeNull()
    expect(edgesOf(unknown)).toBeNull()
    expect(planeOf(unknown)).toBeNull()
    expect(spacingText(unknown.spacingMm)).toContain('unknown')
  })
})
