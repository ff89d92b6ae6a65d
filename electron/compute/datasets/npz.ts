// NPZ files as MedMNIST ships them: NPY arrays in a zip, images with their labels.
import { readFile } from 'node:fs/promises'
import { unzipSync } from 'fflate'
import { SagittaError } from '#common/errors'
import { readNpy, type NpyArray } from '#common/latent/npy'
import { BYTE_SCALE, namesUpTo } from './idx'
import { ImageSet } from './imageSet'

/**
 * @param images entry without its ending, such as `train_images`
 * @param labels entry of the labels; null: the one that goes with the images, if there is one
 * @throws not-found, corrupt-file, truncated, unsupported-format; grid-mismatch when counts differ.
 */
export async function npzImages(path: string, images: string, labels: string | null): Promise<ImageSet> {
  const entries = unzip(path, await readFile(path))
  const arrayOf = (entry: string): NpyArray => {
    const bytes = entries[`${entry}.npy`]
    if (bytes) return readNpy(bytes, `${path}: ${entry}`)
    const names = Object.keys(entries).map(name => name.replace(/\.npy$/, ''))
    throw new SagittaError('not-found', `${path} holds no array ${entry}. It has ${names.join(', ')}.`, {
      file: path,
      entries: names,
    })
  }
  const { shape, values } = channelsFirst(path, images, arrayOf(images))
  const [count = 0, ...sample] = shape
  const own = images.replace('images', 'labels')
  const labelEntry = labels ?? (own !== images && `${own}.npy` in entries ? own : null)
  const classes = labelEntry === null ? null : arrayOf(labelEntry).values
  if (classes && classes.length !== count)
    throw new SagittaError(
      'grid-mismatch',
      `${path}: ${labelEntry} has ${classes.length} labels for ${count} images.`,
      {
        file: path,
      },
    )
  return ImageSet.of({
    name: `${path}: ${images}`,
    shape: sample,
    values,
    items: Array.from({ length: count }, (_, n) => ({
      id: `${images} ${n}`,
      patient: '',
      label: classes ? classes[n]! : null,
      place: null,
    })),
    classNames: classes ? namesUpTo(classes) : [],
    scale: values instanceof Uint8Array ? BYTE_SCALE : null,
  })
}

function unzip(path: string, bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes)
  } catch (cause) {
    throw new SagittaError('corrupt-file', `${path} is not an NPZ file, or it is damaged.`, { file: path }, { cause })
  }
}

/** [count, rows, columns] or [count, rows, columns, channels] to [count, channels, rows, columns]. */
function channelsFirst(
  path: string,
  entry: string,
  { shape, values }: NpyArray,
): { shape: readonly number[]; values: Uint8Array | Float32Array } {
  const numbers = values instanceof Int32Array ? Float32Array.from(values) : values
  const [count = 0, rows = 0, columns = 0, channels = 1] = shape
  if (shape.length < 3 || shape.length > 4 || channels > 4)
    throw new SagittaError(
      'unsupported-format',
      `${path}: ${entry} has shape ${shape.join(' x ')}; images are count x rows x columns, with up to 4 channels behind.`,
      { file: path, shape },
    )
  if (channels === 1) return { shape: [count, 1, rows, columns], values: numbers }
  const out = numbers.slice()
  const pixels = rows * columns
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < pixels; p++) out[(n * channels + c) * pixels + p] = numbers[(n * pixels + p) * channels + c]!
  return { shape: [count, channels, rows, columns], values: out }
}
