import { describe, expect, it } from 'vitest'
import { gridOfStack } from '../geometry/stack'
import type { Grid } from '../geometry/types'
import { measure, voxelVolumesMm3 } from './measure'

const stack = (z: readonly number[], over: { spacing?: number; orientation?: number[] | null } = {}): Grid =>
  gridOfStack(
    z.map((position, index) => ({ positionLps: [0, 0, position] as const, file: `${index}.dcm` })),
    {
      rows: 10,
      columns: 10,
      pixelSpacingMm: [over.spacing ?? 1, over.spacing ?? 1],
      orientation: over.orientation === undefined ? [1, 0, 0, 0, 1, 0] : over.orientation,
      thicknessMm: 5,
    },
  )

const mapWith = (grid: Grid, labels: Record<number, readonly number[]>): Uint16Array => {
  const values = new Uint16Array(grid.size[0] * grid.size[1] * grid.size[2])
  for (const [value, indices] of Object.entries(labels)) for (const index of indices) values[index] = Number(value)
  return values
}

describe('measure', () => {
  it('takes the slice gap from positions, not from SliceThickness (S03: 100 voxels, 0.075 mL)', () => {
    const grid = stack([0, 3, 6], { spacing: 0.5 })
    const values = mapWith(grid, { 4: Array.from({ length: 100 }, (_, n) => n) })
    const [label] = measure(values, grid)
    expect(label!.voxels).toBe(100)
    expect(label!.volumeMl).toBeCloseTo(0.075, 12)
    expect(label!.extentMm).toEqual([5, 5, 3])
  })

  it('gives voxels only where the spacing is unknown', () => {
    const grid = stack([0, 3], { orientation: null })
    const [label] = measure(mapWith(grid, { 1: [0, 1] }), grid)
    expect(label).toMatchObject({ voxels: 2, volumeMl: null, extentMm: null })
  })

  it('uses the local spacing where slices are missing', () => {
    const volumes = voxelVolumesMm3(stack([0, 1.6, 3.2, 6.4, 8]))!
    expect([...volumes].map(mm3 => Number(mm3.toFixed(6)))).toEqual([1.6, 1.6, 2.4, 2.4, 1.6])
  })

  it('uses the determinant under gantry tilt (D17: 4.6985 mm between planes)', () => {
    const cosine = 0.939693
    const grid = stack([0, 5, 10], { orientation: [1, 0, 0, 0, cosine, 0.34202] })
    expect(grid.verdict.kind).toBe('tilted')
    expect(voxelVolumesMm3(grid)![0]).toBeCloseTo(4.6985, 4)
  })

  it('gives no volume to slices at one place', () => {
    expect(voxelVolumesMm3(stack([0, 0, 2, 4]))).toBeNull()
  })

  it('lists labels with gaps in their values, their bounds and their pieces', () => {
    const grid = stack([0, 2, 4])
    const values = mapWith(grid, { 5: [11, 12, 111, 299], 200: [55] })
    expect(measure(values, grid)).toEqual([
      { value: 5, voxels: 4, volumeMl: 0.008, extentMm: [9, 9, 6], bounds: [[1, 9], [1, 9], [0, 2]], components: 2 }, // prettier-ignore
      { value: 200, voxels: 1, volumeMl: 0.002, extentMm: [1, 1, 2], bounds: [[5, 5], [5, 5], [0, 0]], components: 1 }, // prettier-ignore
    ])
  })
})
