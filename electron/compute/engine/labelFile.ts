// From a prepared image file to a raw label file, whatever finds the labels.
import { PreparedCase } from '../datasets/preparedCase'
import { SliceCache } from '../datasets/sliceCache'
import { RawLabels } from '../files/rawLabels'

/** Slices pass once; only neighbours are worth keeping. */
const NEIGHBOUR_BYTES = 32 * 2 ** 20

/**
 * @param header of the prepared image
 * @param work appends the label values of every acquired slice, in ascending order
 * @throws what `work` throws, corrupt-file, disk-full, not-writable; `out` is there only when all of it is.
 */
export async function intoLabelFile<T>(
  header: string,
  out: string,
  work: (image: PreparedCase, append: (labels: Uint16Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  const image = PreparedCase.open(header, { id: header, patient: '' }, new SliceCache(NEIGHBOUR_BYTES))
  try {
    const file = await RawLabels.create(out)
    try {
      const result = await work(image, labels => file.append(labels))
      await file.finish()
      return result
    } catch (thrown) {
      await file.discard()
      throw thrown
    }
  } finally {
    image.close()
  }
}
