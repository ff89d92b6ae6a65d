// Images and target maps named by paths, as configs and the command line name them.
import { stat } from 'node:fs/promises'
import { SagittaError, asSagittaError } from '#common/errors'
import type { Grid } from '#common/geometry/types'
import type { VolumeInfo } from '#common/ipc/volume'
import { isNiftiStart } from '../images/niftiStart'
import { readInto } from '../intake/bytes'
import { scanPaths } from '../intake/scan'
import type { Scan, VolumeSource } from '../intake/types'
import { readLabelFile, readLabelsOn } from '../labels/labelNifti'
import { loadVolume } from '../volumes/load'
import type { LoadOptions, Volume } from '../volumes/volume'
import { targetOfValues } from './fromVolume'
import type { TargetSource } from './sources'

/** Enough of a file to know a NIfTI header, compressed or not. */
const HEAD_BYTES = 8 * 544

/**
 * The volume at a path; where there are several, the one with this id, or else the only one on whose grid the labels lie.
 * @throws no-images (with what was skipped), volume-unknown (with the ids there are), and as `loadVolume`.
 */
export async function openVolume(
  path: string,
  { volumeId, labels, ...load }: LoadOptions & { volumeId?: string; labels?: string } = {},
): Promise<Volume> {
  const scan = await scanPaths([path], load.signal ? { signal: load.signal } : {})
  return loadVolume(await choose(path, scan, volumeId, labels), load)
}

async function choose(path: string, scan: Scan, volumeId?: string, labels?: string): Promise<VolumeSource> {
  const sources = [...scan.sources.values()]
  const wanted = volumeId === undefined ? sources : sources.filter(({ info }) => info.id === volumeId)
  if (sources.length === 0) throw noImages(path, scan)
  const fitting = wanted.length > 1 && labels !== undefined ? await onGridOf(labels, wanted) : wanted
  if (fitting.length === 1) return fitting[0]!
  const volumes = sources.map(
    ({ info }) => `${info.id} (${info.description || info.modality}, ${info.size.join(' x ')})`,
  )
  throw new SagittaError(
    'volume-unknown',
    `${path} holds ${sources.length} volumes${volumeId === undefined ? '' : `, none of them ${volumeId}`}. Say which one: ${volumes.join('; ')}.`,
    { path, volumes: sources.map(({ info }) => info.id) },
  )
}

function noImages(path: string, { inspection }: Scan): SagittaError {
  const { skipped } = inspection.files
  const reasons = skipped.slice(0, 3).map(({ path: file, reason }) => `${file}: ${reason}`)
  return new SagittaError(
    'no-images',
    `${path} holds no images. ${skipped.length === 0 ? 'It is empty.' : `Skipped ${skipped.length} files, among them ${reasons.join('; ')}.`}`,
    { path, skipped: skipped.slice(0, 20) },
  )
}

async function onGridOf(labels: string, sources: readonly VolumeSource[]): Promise<VolumeSource[]> {
  const fits = await Promise.all(sources.map(({ info }) => liesOn(labels, info)))
  return sources.filter((_, n) => fits[n])
}

async function liesOn(labels: string, info: VolumeInfo): Promise<boolean> {
  try {
    await readLabels(labels, info, info.source)
    return true
  } catch (thrown) {
    const { code } = asSagittaError(thrown)
    if (code === 'grid-mismatch' || code === 'no-geometry') return false
    throw thrown
  }
}

/**
 * A target map from a file, in the voxel order of the image's grid.
 * @param complete slices a person completed; `all` for ground truth.
 * @throws grid-mismatch, label-values-unexpected, and as the readers.
 */
export async function openTarget(
  path: string,
  image: Pick<Grid, 'size' | 'affineLps'>,
  name: string,
  complete: 'all' | readonly number[],
): Promise<TargetSource> {
  const values = await readLabels(path, image, name)
  const slices = Array.from({ length: image.size[2] }, (_, k) => complete === 'all' || complete.includes(k))
  return targetOfValues(path, values, slices)
}

/** Label values of a NIfTI file, or of any image whose grey values are labels, on the grid of an image. */
export async function readLabels(
  path: string,
  grid: Pick<Grid, 'size' | 'affineLps'>,
  name: string,
): Promise<Uint16Array> {
  if (await isNifti(path)) {
    if (grid.affineLps) return readLabelsOn(path, grid, name)
    // Without geometry only the voxels themselves can be compared.
    const { values, size } = await readLabelFile(path)
    refuseOtherSize(path, size, grid.size, name)
    return values
  }
  const { info, data } = await openVolume(path)
  refuseOtherSize(path, info.size, grid.size, name)
  return Uint16Array.from(data)
}

async function isNifti(path: string): Promise<boolean> {
  if ((await stat(path)).isDirectory()) return false
  const head = new Uint8Array(HEAD_BYTES)
  return isNiftiStart(head.subarray(0, await readInto(path, head, 0)))
}

function refuseOtherSize(path: string, size: readonly number[], expected: readonly number[], name: string): void {
  if (size.join() !== expected.join())
    throw new SagittaError(
      'grid-mismatch',
      `${path} has ${size.join(' x ')} voxels, ${name} ${expected.join(' x ')}. Labels must lie on the grid of their image.`,
      { path, size: [...size], expected: [...expected] },
    )
}
