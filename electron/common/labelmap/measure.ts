// What a label map measures: voxels, millilitres, extents and pieces of each label. Millimetres come from positions, never from SliceThickness (CASES S03).
import { volumePerVoxelMm3 } from '../geometry/affine'
import type { Grid } from '../geometry/types'
import { connectedComponents } from './components'

const MM3_PER_ML = 1000

export interface LabelMeasure {
  readonly value: number
  readonly voxels: number
  /** null where the grid does not say how large a voxel is. */
  readonly volumeMl: number | null
  /** Size of the bounding box along the image axes i, j, k, voxel edge to voxel edge; null like volumeMl. */
  readonly extentMm: readonly [number, number, number] | null
  /** First and last voxel along i, j, k, inclusive. */
  readonly bounds: readonly [readonly [number, number], readonly [number, number], readonly [number, number]]
  /** Pieces that touch nowhere, not even by a corner. */
  readonly components: number
}

/**
 * Volume in mm³ of a voxel of each slice; null when unknown (no geometry, or several slices at one place).
 * Where one affine describes the volume it is |det affine|. Otherwise a slice reaches half way to its neighbours, and as far
 * outward as inward at both ends.
 */
export function voxelVolumesMm3(grid: Grid): Float64Array | null {
  const slices = grid.size[2]
  if (grid.affineLps) return new Float64Array(slices).fill(volumePerVoxelMm3(grid.affineLps))
  const positions = grid.slicePositionsMm
  if (!positions || grid.verdict.kind === 'duplicates' || grid.verdict.kind === 'none') return null
  const area = grid.spacingMm[0] * grid.spacingMm[1]
  if (slices === 1) return Float64Array.of(area * grid.spacingMm[2])
  const step = (k: number): number => positions[k + 1]! - positions[k]!
  return Float64Array.from({ length: slices }, (_, k) => {
    const below = step(Math.max(0, k - 1))
    const above = step(Math.min(slices - 2, k))
    return (area * (below + above)) / 2
  })
}

/** Millilitres of a label from its voxels on each slice; null when unknown. */
export function millilitres(voxelsOnSlice: (k: number) => number, voxelMm3: Float64Array | null): number | null {
  if (!voxelMm3) return null
  let mm3 = 0
  for (let k = 0; k < voxelMm3.length; k++) mm3 += voxelsOnSlice(k) * voxelMm3[k]!
  return mm3 / MM3_PER_ML
}

interface Box {
  readonly low: [number, number, number]
  readonly high: [number, number, number]
  readonly onSlice: Float64Array
  voxels: number
}

/** Every label that occurs, ascending by value. `values` lies on `grid`. */
export function measure(values: Uint16Array, grid: Grid): LabelMeasure[] {
  const [columns, rows, slices] = grid.size
  const boxes = new Map<number, Box>()
  const { components, start, length, component } = connectedComponents(values, grid.size)
  for (let run = 0; run < start.length; run++) {
    const value = components[component[run]!]!.value
    const box = boxes.get(value) ?? emptyBox(slices)
    boxes.set(value, box)
    const i = start[run]! % columns
    const row = Math.floor(start[run]! / columns)
    const k = Math.floor(row / rows)
    grow(box, [i, row % rows, k], length[run]!)
  }
  const pieces = new Map<number, number>()
  for (const { value } of components) pieces.set(value, (pieces.get(value) ?? 0) + 1)

  const voxelMm3 = voxelVolumesMm3(grid)
  return [...boxes]
    .sort(([a], [b]) => a - b)
    .map(([value, box]) => ({
      value,
      voxels: box.voxels,
      volumeMl: millilitres(k => box.onSlice[k]!, voxelMm3),
      extentMm: voxelMm3 ? extentMm(box, grid) : null,
      bounds: [
        [box.low[0], box.high[0]],
        [box.low[1], box.high[1]],
        [box.low[2], box.high[2]],
      ],
      components: pieces.get(value) ?? 0,
    }))
}

const emptyBox = (slices: number): Box => ({
  low: [Infinity, Infinity, Infinity],
  high: [-Infinity, -Infinity, -Infinity],
  onSlice: new Float64Array(slices),
  voxels: 0,
})

function grow(box: Box, [i, j, k]: readonly [number, number, number], length: number): void {
  const [low, high] = [box.low, box.high]
  low[0] = Math.min(low[0], i)
  high[0] = Math.max(high[0], i + length - 1)
  low[1] = Math.min(low[1], j)
  high[1] = Math.max(high[1], j)
  low[2] = Math.min(low[2], k)
  high[2] = Math.max(high[2], k)
  box.onSlice[k]! += length
  box.voxels += length
}

function extentMm({ low, high }: Box, grid: Grid): [number, number, number] {
  const positions = grid.slicePositionsMm
  const along = positions ? Math.abs(positions[high[2]]! - positions[low[2]]!) : (high[2] - low[2]) * grid.spacingMm[2]
  return [
    (high[0] - low[0] + 1) * grid.spacingMm[0],
    (high[1] - low[1] + 1) * grid.spacingMm[1],
    along + grid.spacingMm[2],
  ]
}
