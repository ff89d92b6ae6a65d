// A label map as it was after one journal entry, as NIfTI in labels/: the new file first, then the project points to it, then the old one goes.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SagittaError } from '#common/errors'
import type { Grid } from '#common/geometry/types'
import { LABELS_FOLDER, snapshotName } from '#common/project/layout'

/** Reads and writes label maps as NIfTI files; `write` replaces the file as a whole. */
export interface LabelFiles {
  write(path: string, values: Uint16Array, grid: Grid): Promise<void>
  read(path: string): Promise<{ values: Uint16Array; size: readonly [number, number, number] }>
}

/** As project.json has it: `file` relative to the project folder, with /. */
export interface SnapshotPointer {
  readonly file: string
  readonly seq: number
}

export interface SnapshotPlace {
  readonly folder: string
  readonly volumeId: string
  readonly grid: Grid
  readonly files: LabelFiles
  /** Writes the pointer into project.json. */
  point(pointer: SnapshotPointer): Promise<void>
}

/** @throws disk-full, not-writable: the old snapshot still holds. */
export async function writeSnapshot(
  place: SnapshotPlace,
  values: Uint16Array,
  seq: number,
  old: SnapshotPointer | null,
): Promise<SnapshotPointer> {
  const pointer = { file: `${LABELS_FOLDER}/${snapshotName(place.volumeId, seq)}`, seq }
  await place.files.write(join(place.folder, pointer.file), values, place.grid)
  await place.point(pointer)
  if (old && old.file !== pointer.file) await rm(join(place.folder, old.file), { force: true })
  return pointer
}

/** @throws grid-mismatch when the file has another size than the volume, not-found when it is gone. */
export async function readSnapshot(place: SnapshotPlace, pointer: SnapshotPointer | null): Promise<Uint16Array> {
  const [columns, rows, slices] = place.grid.size
  if (!pointer) return new Uint16Array(columns * rows * slices)
  const path = join(place.folder, pointer.file)
  const { values, size } = await place.files.read(path)
  if (size.join() !== place.grid.size.join())
    throw new SagittaError(
      'grid-mismatch',
      `The label map ${path} has ${size.join(' x ')} voxels, its images ${place.grid.size.join(' x ')}. The labels were left as they are.`,
      { file: path, size: [...size], expected: [...place.grid.size] },
    )
  return values
}
