// A NIfTI file as volumes of the same kind as those made from DICOM: one per step of its fourth axis.
import { basename } from 'node:path'
import { placeName, type FilePlace } from '#common/dicom/instance'
import { hashText } from '#common/geometry/hash'
import type { VolumeInfo } from '#common/ipc/volume'
import { withEntryFile } from '../intake/entryFile'
import type { NiftiVolumeSource } from '../intake/types'
import { rangeOfValues, type Values } from '../volumes/values'
import { volumeOf, type LoadOptions, type Volume } from '../volumes/volume'
import { gridOfAffine } from './affineGrid'
import { fileVolumeInfo } from './fileVolumeInfo'
import { readNifti, type NiftiArray } from './nifti'
import { readNiftiHeader, type NiftiHeader } from './niftiHeader'

/** @throws corrupt-file, unsupported-format */
export async function niftiVolumes(place: FilePlace): Promise<NiftiVolumeSource[]> {
  const header = await withEntryFile(place, readNiftiHeader)
  return Array.from({ length: header.parts }, (_, part) => ({
    format: 'nifti',
    info: infoOf(header, place, part),
    file: place,
    part,
  }))
}

function infoOf(header: NiftiHeader, place: FilePlace, part: number): VolumeInfo {
  const grid = gridOfAffine(header.size, header.affineLps, header.placed)
  const name = basename(placeName(place))
  const identity = hashText(`${name}|${Array.from(header.bytes).join(',')}`)
  const id = header.parts === 1 ? identity : hashText(`${identity}|${part}`)
  const description = header.parts === 1 ? name : `${name} (${part + 1} of ${header.parts})`
  return {
    ...fileVolumeInfo(grid, { id, path: place.path, description }),
    samples: header.samples,
    photometric: header.samples === 3 ? 'RGB' : 'MONOCHROME2',
    warnings: header.warnings.map(warning => ({ ...warning, files: [placeName(place)] })),
  }
}

export async function loadNiftiVolume(source: NiftiVolumeSource, options: LoadOptions): Promise<Volume> {
  const image = await withEntryFile(source.file, path => readNifti(path))
  const perVolume = image.data.length / image.parts
  const own = image.data.subarray(source.part * perVolume, (source.part + 1) * perVolume)
  const range = rangeOfValues(own)
  const volume = volumeOf({ ...source.info, valueRange: range && [...range] }, asValues(own, range))
  for (let k = 0; k < source.info.size[2]; k++) options.onSlice?.(k, () => volume.slice(k))
  options.onProgress?.(source.info.size[2], source.info.size[2])
  return volume
}

/** The narrowest of the volume types that holds the values exactly; float32 for the rest. */
function asValues(values: NiftiArray, range: readonly [number, number] | null): Values {
  if (values instanceof Uint8Array || values instanceof Int16Array || values instanceof Float32Array) return values
  const isInteger = !(values instanceof Float64Array)
  return isInteger && range && range[0] >= -32768 && range[1] <= 32767
    ? Int16Array.from(values)
    : Float32Array.from(values)
}
