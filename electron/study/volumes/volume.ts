// A volume in memory: its facts and its values.
import type { SliceData, VolumeInfo } from '#common/ipc/volume'
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
  /** A copy of slice k, fit for posting to another process. */
  slice(k: number): SliceData
}

export function volumeOf(info: VolumeInfo, data: Values): Volume {
  const perSlice = info.size[0] * info.size[1] * info.samples
  return { info, data, slice: k => sliceData(info, data.slice(k * perSlice, (k + 1) * perSlice)) }
}

export const sliceData = (info: VolumeInfo, values: Values): SliceData => ({
  columns: info.size[0],
  rows: info.size[1],
  samples: info.samples === 3 ? 3 : 1,
  values,
})
