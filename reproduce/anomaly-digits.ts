// Leave one digit out: a VAE and PCA-20 learn nine digits; how well their errors tell the tenth.
import { join } from 'node:path'
import { fitPca, pcaErrors } from '#common/latent/pca'
import { rocOf } from '#common/latent/roc'
import { LatentStudio, openImages, type ImageSet } from '#compute/index'
import { mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result } from './_run'

const [EPOCHS, CODE, PCA_IMAGES] = [10, 20, 6000]

export async function main(reproduction: Reproduction): Promise<Result> {
  const { train, test } = mnist(reproduction.root)
  const judged = await openImages(test)
  const areas: { digit: number; vae: number; pca: number }[] = []
  let seconds = 0
  for (let digit = 0; digit < 10; digit++) {
    const labels = [...Array(10).keys()].filter(label => label !== digit)
    const select = { labels, perLabel: null, atMost: null, seed: 0 }
    const { folder, last } = await trained(
      `without-${digit}`,
      {
        ...{
          task: 'vae',
          dataset: { ...train, select },
          validation: { ...test, select },
          batch: 128,
          seed: 1,
          epochs: EPOCHS,
        },
        model: { latent: CODE, network: { kind: 'dense', widths: [400] } },
        initial: 'inputs',
      },
      reproduction,
    )
    seconds += last.seconds
    const positive = judged.items.map(({ label }) => (label === digit ? 1 : 0))
    const learnt = await openImages({ ...train, select: { ...select, atMost: PCA_IMAGES } })
    const pca = pcaErrors(fitPca(rowsOf(learnt)), rowsOf(judged), CODE)
    areas.push({
      digit,
      vae: rocOf(await errorsOf(join(folder, 'model.onnx'), test), positive).area,
      pca: rocOf(pca, positive).area,
    })
  }
  const mean = (kind: 'vae' | 'pca'): number => areas.reduce((sum, area) => sum + area[kind], 0) / areas.length
  return {
    rows: [
      {
        row: 'MNIST, leave one digit out: area under the ROC',
        reach: 'AUC per digit beside PCA',
        found: `VAE ${fixed(mean('vae'), 3)}, PCA-${CODE} ${fixed(mean('pca'), 3)} on average; by digit ${areas.map(({ digit, vae, pca }) => `${digit}: ${fixed(vae)}/${fixed(pca)}`).join(', ')}`,
        seconds,
      },
    ],
    details: areas,
  }
}

const rowsOf = (images: ImageSet) => ({
  count: images.count,
  dimensions: images.elements,
  read: (n: number, out: Float32Array | Float64Array) => images.read(n, out),
})

async function errorsOf(model: string, source: ReturnType<typeof mnist>['test']): Promise<Float32Array> {
  const studio = new LatentStudio({ provider: 'cpu', threads: null })
  const { errors } = await studio.encode(model, source, [], {})
  await studio.release()
  return errors
}
