// The two small public sets beside the repository, read as training reads them.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageSourceSchema } from '#common/latent/imageSource'
import { openImages } from './openImages'

const MINI = resolve(import.meta.dirname, '../../../../shared/data/mini')
const there = existsSync(MINI)
if (!there) console.warn(`SKIPPED: MNIST and PneumoniaMNIST are not on this machine (${MINI}).`)

const open = (source: object) => openImages(imageSourceSchema.parse(source))
const countsOf = (labels: Int32Array): number[] => {
  const counts: number[] = []
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

describe.skipIf(!there)('public image sets', () => {
  it('MNIST: the 10,000 test digits, gzipped', async () => {
    const folder = join(MINI, 'mnist')
    const set = await open({
      kind: 'idx',
      images: join(folder, 't10k-images-idx3-ubyte.gz'),
      labels: join(folder, 't10k-labels-idx1-ubyte.gz'),
    })
    expect([set.count, set.shape, set.range()]).toEqual([10_000, [1, 28, 28], [0, 255]])
    expect(countsOf(set.labels())).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
  })

  it('PneumoniaMNIST: validation and test as published, training with fewer normal images than the published 1214', async () => {
    const file = join(MINI, 'pneumoniamnist', 'pneumoniamnist.npz')
    const labels = async (part: string) =>
      countsOf((await open({ kind: 'npz', file, images: `${part}_images` })).labels())
    expect(await labels('val')).toEqual([135, 389])
    expect(await labels('test')).toEqual([234, 390])
    expect(await labels('train')).toEqual([388, 3494])
  })
})
