// A volume in memory: its facts and its values.
import { slicePositionsLps } from '#common/geometry/regrid'
import type { Vec3 } from '#common/geometry/types'
import type { SliceData, VolumeInfo } from '#common/ipc/volume'
import type { VolumeSource } from '../intake/types'
import type { Values } from './values'

export interface LoadOptions {
  signal?: AbortSignal
  onProgress?: (done: number, total: number) => void
  /** Called as soon as slice k is in memory; `read` gives its values. */
  onSlice?: (k: number, read: () => SliceData) => void
  /** Loaded before all others. */
  firstSlice?: number
  /** Refuse volumes that take more. */
  budgetBytes?: number
}

export interface Volume {
  /** As scanned, with `valueRange` filled; slices that could not be read are gone from it, with a warning that names their files. */
  readonly info: VolumeInfo
  /** k-major: `k * rows * columns + j * columns + i`, times 3 plus the sample for colour. After rescale. */
  readonly data: Values
  /** Centre of the first voxel of every slice, LPS mm: also where no single affine describes them. Null without geometry. */
  readonly positionsLps: readonly Vec3[] | null
  /** A copy of slice k, fit for posting to another process. */
  slice(k: number): SliceData
}

/** @param positionsLps may be left out for a volume with an affine */
export function volumeOf(
  info: VolumeInfo,
  data: Values,
  positionsLps: readonly Vec3[] | null = info.affineLps && slicePositionsLps(info.affineLps, info.size[2]),
): Volume {
  const perSlice = info.size[0] * info.size[1] * info.samples
  return { info, data, positionsLps, slice: k => sliceData(info, data.slice(k * perSlice, (k + 1) * perSlice)) }
}

/** The same of a volume that is not loaded. */
export function positionsOf(source: VolumeSource): readonly Vec3[] | null {
  const { affineLps, size } = source.info
  if (source.format !== 'dicom') return affineLps && slicePositionsLps(affineLps, size[2])
  const positions = source.slices.map(({ positionLps }) => positionLps)
  return positions.every(position => position !== null) ? positions : null
}

export const sliceData = (info: VolumeInfo, values: Values): SliceData => ({
  columns: info.size[0],
  rows: info.size[1],
  samples: info.samples === 3 ? 3 : 1,
  values,
})
