// Label maps as NIfTI: integers only, on the grid they belong to, whichever way the file's axes run.
import { SagittaError } from '#common/errors'
import type { Grid } from '#common/geometry/types'
import { reorder, reordering, type PlacedGrid } from '#common/labelmap/lattice'
import { readNifti, writeNifti, type NiftiArray } from '../images/nifti'
import type { LabelFiles } from './snapshot'

export interface LabelFile extends PlacedGrid {
  readonly values: Uint16Array
}

/** More distinct values than any label table has: the file is an image. */
const MOST_LABELS = 4096

/** @throws label-values-unexpected (file, values, counts), unsupported-format when it holds several volumes, and as readNifti */
export async function readLabelFile(path: string): Promise<LabelFile> {
  const image = await readNifti(path, { labels: true })
  if (image.parts > 1 || image.samples > 1)
    throw new SagittaError(
      'unsupported-format',
      `${path} holds ${image.parts > 1 ? `${image.parts} volumes` : 'colours'}; a label map is one volume of whole numbers.`,
      { path },
    )
  return { values: asLabels(image.data, path), size: image.size, affineLps: image.affineLps }
}

function asLabels(data: NiftiArray, path: string): Uint16Array {
  if (data instanceof Uint16Array) return checkedCount(data, path)
  if (data instanceof Uint8Array) return new Uint16Array(data)
  const wrong = new Map<number, number>()
  const values = new Uint16Array(data.length)
  for (let n = 0; n < data.length; n++) {
    const value = data[n]!
    values[n] = value
    if (values[n] !== value && wrong.size <= MOST_LABELS) wrong.set(value, (wrong.get(value) ?? 0) + 1)
  }
  if (wrong.size === 0) return checkedCount(values, path)
  const shown = [...wrong].slice(0, 3).map(([value, count]) => `${value} (${count} voxels)`)
  throw new SagittaError(
    'label-values-unexpected',
    `${path} is no label map: it holds ${shown.join(', ')}${wrong.size > 3 ? ' and more' : ''}. Labels are whole numbers from 0 to 65535.`,
    { path, values: [...wrong.keys()].slice(0, 20) },
  )
}

function checkedCount(values: Uint16Array, path: string): Uint16Array {
  const seen = new Uint8Array(65536)
  for (let n = 0; n < values.length; n++) seen[values[n]!] = 1
  const distinct = seen.reduce((sum, value) => sum + value, 0)
  if (distinct <= MOST_LABELS) return values
  throw new SagittaError(
    'label-values-unexpected',
    `${path} has ${distinct} different values: that is an image, no label map.`,
    { path, distinct },
  )
}

/**
 * Label values of a file in the voxel order of `grid`.
 * @param name of the grid, for messages
 * @throws grid-mismatch when its voxels are other places, no-geometry when the grid has no single affine
 */
export async function readLabelsOn(
  path: string,
  grid: Pick<Grid, 'size' | 'affineLps'>,
  name: string,
): Promise<Uint16Array> {
  const { affineLps, size } = grid
  if (!affineLps)
    throw new SagittaError('no-geometry', `${name} has no single grid in space, so ${path} can't be laid over it.`, {
      path,
    })
  const file = await readLabelFile(path)
  const order = reordering(file, { size, affineLps })
  if (order) return reorder(file.values, file.size, order)
  const sameSize = file.size.join() === size.join()
  throw new SagittaError(
    'grid-mismatch',
    sameSize
      ? `${path} has as many voxels as ${name}, but at other places in the patient. Labels must lie on the grid of their image.`
      : `${path} has ${file.size.join(' x ')} voxels, ${name} ${size.join(' x ')}. Labels must lie on the grid of their image.`,
    { path, size: [...file.size], expected: [...size] },
  )
}

/**
 * Labels drawn on slices that no single affine describes, as a project keeps them: voxel by voxel. Where there is an affine, by place.
 * @throws grid-mismatch
 */
export async function readLabelsByIndex(
  path: string,
  grid: Pick<Grid, 'size' | 'affineLps'>,
  name: string,
): Promise<Uint16Array> {
  if (grid.affineLps) return readLabelsOn(path, grid, name)
  const { values, size } = await readLabelFile(path)
  if (size.join() === grid.size.join()) return values
  throw new SagittaError(
    'grid-mismatch',
    `${path} has ${size.join(' x ')} voxels, ${name} ${grid.size.join(' x ')}. Labels must have the voxels of their image.`,
    { path, size: [...size], expected: [...grid.size] },
  )
}

/** Replaces `path` as a whole. @throws no-geometry, not-writable, disk-full */
export async function writeLabelFile(
  path: string,
  values: Uint16Array,
  grid: Pick<Grid, 'size' | 'affineLps'>,
): Promise<void> {
  if (!grid.affineLps)
    throw new SagittaError(
      'no-geometry',
      'These slices have no single grid in space (some are missing or unevenly spaced), so NIfTI would misplace them. Resample the volume first.',
    )
  await writeNifti(path, { size: grid.size, affineLps: grid.affineLps, data: values, description: 'Sagitta labels' })
}

/** Values present, ascending, 0 left out. */
export function distinctLabels(values: Uint16Array): number[] {
  const seen = new Uint8Array(65536)
  for (let n = 0; n < values.length; n++) seen[values[n]!] = 1
  const found: number[] = []
  for (let value = 1; value < seen.length; value++) if (seen[value] === 1) found.push(value)
  return found
}

/** Snapshots of a project: voxel order is that of the volume. A grid without one affine is kept too, in a file that claims no place. */
export const snapshotFiles: LabelFiles = {
  write: async (path, values, grid) => {
    const { size, affineLps, spacingMm } = grid
    const description = affineLps ? 'Sagitta labels' : 'Sagitta labels, slices of their own: places in sources.json'
    await writeNifti(path, { size, affineLps, spacingMm, data: values, description })
  },
  read: readLabelFile,
}
