// Loaded volumes and label maps as sources of preparing.
import { createHash } from 'node:crypto'
import type { SliceData, VolumeInfo } from '#common/ipc/volume'
import type { SliceState } from '#common/ipc/voxels'
import type { ClassTable } from '#common/preprocessing/classes'
import type { Volume } from '../volumes/volume'
import type { ImageSource, TargetSource } from './sources'

/** Rec. 601 luma: what a grey network sees of a colour image. */
const LUMA = [0.299, 0.587, 0.114] as const

export function imageOfVolume(volume: Volume): ImageSource {
  const { info } = volume
  return {
    name: info.source,
    identity: identityOf([volume.data], [info.id, info.geometryHash, ...(info.padding ?? []).map(String)]),
    modality: info.modality,
    grid: {
      size: info.size,
      spacingMm: info.spacingMm,
      affineLps: info.affineLps,
      slicePositionsMm: info.slicePositionsMm,
      orientation: info.orientation,
      verdict: info.verdict,
    },
    slice: async k => {
      const { values, samples } = volume.slice(k)
      return samples === 1 ? withoutPadding(values, info) : grey(values)
    },
  }
}

/**
 * Padding is no measurement: a network gets the lowest measured value there, which clipping and the box around the body already know, in
 * place of a number that would widen every range (CASES D13). In place; the values are a copy.
 */
function withoutPadding(values: SliceData['values'], { padding, valueRange }: VolumeInfo): SliceData['values'] {
  if (!padding) return values
  const lowest = valueRange?.[0] ?? 0
  for (let n = 0; n < values.length; n++) if (values[n]! >= padding[0] && values[n]! <= padding[1]) values[n] = lowest
  return values
}

function grey(rgb: ArrayLike<number>): Float32Array {
  const out = new Float32Array(rgb.length / 3)
  for (let n = 0; n < out.length; n++)
    out[n] = LUMA[0] * rgb[3 * n]! + LUMA[1] * rgb[3 * n + 1]! + LUMA[2] * rgb[3 * n + 2]!
  return out
}

/**
 * @param values one label value per voxel of the image's grid, `i + columns * (j + rows * k)`
 * @param complete per slice
 */
export function targetOfValues(name: string, values: Uint16Array, complete: readonly boolean[]): TargetSource {
  const perSlice = values.length / complete.length
  return {
    name,
    identity: identityOf([values], []),
    complete,
    slice: async k => values.subarray(k * perSlice, (k + 1) * perSlice),
  }
}

/** The values of the table; all others become 0. */
export function withOnly(values: Uint16Array, table: ClassTable): Uint16Array {
  const kept = new Uint16Array(65536)
  for (const value of table.values) kept[value] = value
  return values.map(value => kept[value]!)
}

export const completeSlices = (states: readonly SliceState[]): boolean[] => states.map(state => state === 'complete')

/** Hash of the voxels themselves: files may be touched without a change, and changed without a new date. */
function identityOf(arrays: readonly ArrayBufferView[], facts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  return hash.update(JSON.stringify(facts)).digest('hex')
}
