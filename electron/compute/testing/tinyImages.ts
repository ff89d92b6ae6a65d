// IDX files of small images for tests: bright squares on black, in one of four quarters, labelled by the quarter.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  latentTrainConfigSchema,
  type LatentTrainConfig,
  type LatentTrainConfigInput,
} from '#common/latent/trainConfig'
import { randomStream } from '#models/layers/random'

export const idxBytes = (sizes: readonly number[], values: Uint8Array): Uint8Array => {
  const header = new Uint8Array(4 + 4 * sizes.length)
  const view = new DataView(header.buffer)
  header.set([0, 0, 8, sizes.length])
  sizes.forEach((size, axis) => view.setUint32(4 + 4 * axis, size))
  return Uint8Array.of(...header, ...values)
}

/** Pixels and labels of `count` images of `size` x `size`. */
export function quarters(count: number, size = 8, name = 'quarters'): { values: Uint8Array; labels: Uint8Array } {
  const random = randomStream(1, name)
  const values = new Uint8Array(count * size * size)
  const labels = new Uint8Array(count)
  const half = size / 2
  for (let n = 0; n < count; n++) {
    labels[n] = n % 4
    const [top, left] = [n % 4 < 2 ? 0 : half, n % 2 === 0 ? 0 : half]
    const grey = 155 + Math.floor(100 * random.uniform())
    for (let row = 0; row < half; row++)
      for (let column = 0; column < half; column++) values[(n * size + top + row) * size + left + column] = grey
  }
  return { values, labels }
}

/** Writes them into `folder` and gives a config that learns a code of 3 of them in a second. */
export async function tinyImages(
  folder: string,
  changes: Partial<LatentTrainConfigInput> = {},
  count = 96,
): Promise<LatentTrainConfig> {
  await mkdir(folder, { recursive: true })
  const { values, labels } = quarters(count)
  const [images, classes] = [join(folder, 'images-idx3-ubyte'), join(folder, 'labels-idx1-ubyte')]
  await writeFile(images, idxBytes([count, 8, 8], values))
  await writeFile(classes, idxBytes([count], labels))
  return latentTrainConfigSchema.parse({
    task: 'vae',
    name: 'tiny',
    dataset: { kind: 'idx', images, labels: classes },
    split: { validationFraction: 0.25 },
    model: { latent: 3, network: { kind: 'dense', widths: [16] } },
    optimizer: { learningRate: 1e-2 },
    epochs: 4,
    batch: 16,
    provider: 'cpu',
    threads: 1,
    ...changes,
  } satisfies LatentTrainConfigInput)
}
