// A model run on a loaded volume, in memory: prepared through a temporary folder, answered as label values on the volume's grid.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PreparedCase, segment, SliceCache, type ModelFile, type Segmentation } from '#compute/index'
import { imageOfVolume, prepareCase, type Volume } from '#study/index'
import type { CommandIo } from '../command'

export interface SegmentedVolume extends Segmentation {
  /** Label value per voxel, `i + columns * (j + rows * k)`. */
  readonly values: Uint16Array
}

export async function segmentVolume(
  model: ModelFile,
  volume: Volume,
  provider: string,
  io: CommandIo,
): Promise<SegmentedVolume> {
  const folder = await mkdtemp(join(tmpdir(), 'sagitta-segment-'))
  const { preprocessing } = model.metadata
  try {
    const header = await prepareCase(imageOfVolume(volume), { preprocessing, folder, signal: io.signal })
    const image = PreparedCase.open(header, { id: volume.info.id, patient: '' }, new SliceCache(32 * 2 ** 20))
    try {
      const [columns, rows, slices] = volume.info.size
      const values = new Uint16Array(columns * rows * slices)
      const segmented = await segment({
        model,
        image,
        session: { provider, threads: null },
        signal: io.signal,
        onProgress: () => undefined,
        onSlice: (k, labels) => values.set(labels, k * columns * rows),
      })
      return { ...segmented, values }
    } finally {
      image.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
