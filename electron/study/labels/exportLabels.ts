// A label map as a file for others: written, read again, and compared voxel by voxel before anybody is told it is there (CASES S06).
import { rm, stat } from 'node:fs/promises'
import { SagittaError } from '#common/errors'
import type { DoneOfTotal } from '#common/ipc/study'
import type { VolumeInfo } from '#common/ipc/volume'
import type { LabelMapState } from '#common/ipc/voxels'
import type { LabelMap } from './labelMap'
import { readLabelsOn, writeLabelFile } from './labelNifti'

export interface ExportedLabels {
  readonly out: string
  readonly bytes: number
  readonly counts: LabelMapState['counts']
}

/** @throws no-geometry, not-writable, disk-full; corrupt-file when the file does not read back as it was written (it is removed then) */
export async function exportLabels(
  map: LabelMap,
  info: VolumeInfo,
  out: string,
  progress: (value: DoneOfTotal) => void,
): Promise<ExportedLabels> {
  // A copy: strokes may go on while the file is written.
  const values = map.values.slice()
  const { counts } = map.state()
  progress({ done: 0, total: 2 })
  await writeLabelFile(out, values, info)
  progress({ done: 1, total: 2 })
  const found = await readLabelsOn(out, info, 'the volume')
  const differing = firstDifference(values, found)
  if (differing !== null) {
    await rm(out, { force: true })
    throw new SagittaError(
      'corrupt-file',
      `${out} did not read back as it was written (voxel ${differing}: ${found[differing]} for ${values[differing]}). It was removed; check the disk and export again.`,
      { path: out, voxel: differing },
    )
  }
  progress({ done: 2, total: 2 })
  return { out, bytes: (await stat(out)).size, counts }
}

function firstDifference(a: Uint16Array, b: Uint16Array): number | null {
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) return n
  return null
}
