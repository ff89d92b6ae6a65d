// PCA of MNIST's 60,000 images, tested on the 10,000: what autoencoders of the same code length have to beat.
import { fitPca, pcaErrors, type Rows } from '#common/latent/pca'
import { openImages, type ImageSet } from '#compute/index'
import { mnist } from './_mnist'
import { fixed, type Reproduction, type Result } from './_run'

const rowsOf = (images: ImageSet): Rows => ({
  count: images.count,
  dimensions: images.elements,
  read: (n, out) => images.read(n, out),
})

export async function main({ root, log }: Reproduction): Promise<Result> {
  const { train, test } = mnist(root)
  const [learnt, judged] = [await openImages(train), await openImages(test)]
  const started = performance.now()
  const pca = fitPca(rowsOf(learnt))
  log(`Components after ${fixed((performance.now() - started) / 1000)} s`)
  const errors = [10, 30].map(keep => {
    const all = pcaErrors(pca, rowsOf(judged), keep)
    return { keep, error: all.reduce((a, b) => a + b, 0) / all.length }
  })
  const seconds = (performance.now() - started) / 1000
  const [ten, thirty] = errors as [(typeof errors)[0], (typeof errors)[0]]
  return {
    rows: [
      { row: 'MNIST, PCA-30 of 60,000, tested on 10,000', reach: '13.866', found: fixed(thirty.error, 3), seconds },
      { row: 'MNIST, PCA-10 of 60,000, tested on 10,000', reach: '26.7', found: fixed(ten.error, 2), seconds },
    ],
    details: errors,
  }
}
