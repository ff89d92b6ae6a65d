// A NIfTI file as volumes of the same kind as those made from DICOM: one per step of its fourth axis.
import { basename } from 'node:path'
import { gridHash } from '#common/geometry/gridHash'
import { hashText } from '#common/geometry/hash'
import { affineColumn } from '#common/geometry/affine'
import type { Grid, Vec3, Verdict } from '#common/geometry/types'
import { add, cross, dot, scale, unit } from '#common/geometry/vector'
import type { VolumeInfo } from '#common/ipc/volume'
import type { NiftiVolumeSource } from '../intake/types'
import { volumeOf, type LoadOptions, type Volume } from '../volumes/volume'
import type { Values } from '../volumes/values'
import { readNifti, readNiftiHeader, type NiftiArray, type NiftiHeader } from './nifti'

/** @throws corrupt-file, unsupported-format */
export async function niftiVolumes(path: string): Promise<NiftiVolumeSource[]> {
  const header = await readNiftiHeader(path)
  return Array.from({ length: header.parts }, (_, part) => ({
    format: 'nifti',
    info: infoOf(header, path, part),
    file: { path, entry: null },
    part,
  }))
}

/** The grid of a NIfTI image. Its voxel order stays: k may run against the normal of i and j. */
export function gridOfNifti({ size, affineLps, placed }: Pick<NiftiHeader, 'size' | 'affineLps' | 'placed'>): Grid {
  const [i, j, k, origin] = ([0, 1, 2, 3] as const).map(column => affineColumn(affineLps, column)) as [
    Vec3,
    Vec3,
    Vec3,
    Vec3,
  ]
  const [row, column] = [unit(i), unit(j)]
  const normal = row && column && unit(cross(row, column))
  const gapMm = normal ? Math.abs(dot(k, normal)) : Math.hypot(...k)
  const sense = normal && dot(k, normal) < 0 ? -1 : 1
  const along = (slice: number): number => (normal ? sense * dot(add(origin, scale(k, slice)), normal) : slice * gapMm)
  return {
    size: [...size],
    spacingMm: [Math.hypot(...i), Math.hypot(...j), gapMm],
    affineLps: [...affineLps],
    slicePositionsMm: Array.from({ length: size[2] }, (_, slice) => along(slice)),
    orientation: row && column ? [...row, ...column] : null,
    verdict: verdictOf(k, normal, placed),
  }
}

function verdictOf(k: Vec3, normal: Vec3 | null, placed: boolean): Verdict {
  const sentence = placed ? 'Evenly spaced slices.' : 'Evenly spaced slices; how they lie in the patient is unknown.'
  const uniform: Verdict = { kind: 'uniform', details: sentence, files: [], tiltDegrees: null, gaps: [] }
  const cosine = normal ? Math.abs(dot(k, normal)) / Math.hypot(...k) : 1
  const tiltDegrees = (Math.acos(Math.min(1, cosine)) * 180) / Math.PI
  if (tiltDegrees < 0.57) return uniform
  const details = `The slices are tilted by ${tiltDegrees.toFixed(2)} degrees; positions and volumes follow the sheared grid.`
  return { ...uniform, kind: 'tilted', details, tiltDegrees }
}

function infoOf(header: NiftiHeader, path: string, part: number): VolumeInfo {
  const grid = gridOfNifti(header)
  const name = basename(path)
  const identity = hashText(`${name}|${Array.from(header.bytes).join(',')}`)
  return {
    ...grid,
    id: header.parts === 1 ? identity : hashText(`${identity}|${part}`),
    patientId: '',
    patientName: '',
    patientSex: '',
    patientAge: '',
    studyUid: '',
    studyDate: '',
    studyDescription: '',
    seriesUid: '',
    seriesNumber: null,
    modality: '',
    description: header.parts === 1 ? name : `${name} (${part + 1} of ${header.parts})`,
    frameOfReferenceUid: '',
    transferSyntaxes: [],
    photometric: header.samples === 3 ? 'RGB' : 'MONOCHROME2',
    samples: header.samples,
    valueRange: null,
    unit: '',
    windows: [],
    frames: header.size[2],
    warnings: [...header.warnings],
    sopInstanceUids: [],
    geometryHash: gridHash(grid),
    source: path,
  }
}

export async function loadNiftiVolume(source: NiftiVolumeSource, options: LoadOptions): Promise<Volume> {
  const image = await readNifti(source.file.path)
  const perVolume = image.data.length / image.parts
  const own = image.data.subarray(source.part * perVolume, (source.part + 1) * perVolume)
  const range = rangeOf(own)
  const volume = volumeOf({ ...source.info, valueRange: range && [...range] }, asValues(own, range))
  for (let k = 0; k < source.info.size[2]; k++) options.onSlice?.(k, () => volume.slice(k))
  options.onProgress?.(source.info.size[2], source.info.size[2])
  return volume
}

function rangeOf(values: NiftiArray): readonly [number, number] | null {
  let min = Infinity
  let max = -Infinity
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

/** The narrowest of the volume types that holds the values exactly; float32 for the rest. */
function asValues(values: NiftiArray, range: readonly [number, number] | null): Values {
  if (values instanceof Uint8Array || values instanceof Int16Array || values instanceof Float32Array) return values
  const isInteger = !(values instanceof Float64Array)
  return isInteger && range && range[0] >= -32768 && range[1] <= 32767
    ? Int16Array.from(values)
    : Float32Array.from(values)
}
