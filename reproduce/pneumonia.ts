// PneumoniaMNIST, 100 labels: layerwise training without labels and a label layer, against the same network from a random start; five seeds.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SagittaError } from '#common/errors'
import { imageSourceSchema } from '#common/latent/imageSource'
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import { openImages } from '#compute/index'
import { fixed, trained, type Reproduction, type Result } from './_run'

const MODEL = { kind: 'dense', widths: [256, 128, 64], activation: 'relu', codeActivation: 'relu' } as const
const [SEEDS, PER_LABEL, EPOCHS] = [5, 50, 100]

export async function main(reproduction: Reproduction): Promise<Result> {
  const file = join(reproduction.root, '../shared/data/mini/pneumoniamnist/pneumoniamnist.npz')
  if (!existsSync(file))
    throw new SagittaError('not-found', `${file} is not on this machine. It is MedMNIST's pneumoniamnist.npz.`, {
      file,
    })
  const source = (images: string, select = {}) => imageSourceSchema.parse({ kind: 'npz', file, images, select })
  const train = await openImages(source('train_images'))
  const counts = [0, 1].map(label => train.labels().filter(found => found === label).length)
  const runs = []
  let seconds = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const own = { model: MODEL, seed, batch: 64 } as const
    const layerwise = await trained(
      `layerwise-${seed}`,
      {
        ...own,
        ...{ task: 'layerwise', dataset: source('train_images'), validation: source('val_images') },
        ...{ layerwise: { epochs: 10 }, epochs: 10 },
      },
      reproduction,
    )
    const labelled = (encoder: string | null): LatentTrainConfigInput => ({
      ...{ ...own, task: 'classifier', epochs: EPOCHS, batch: 20 },
      dataset: source('train_images', { perLabel: PER_LABEL, seed }),
      validation: source('test_images'),
      optimizer: { kind: 'adam', learningRate: 3e-4, weightDecay: 1e-4 },
      classifier: { encoder },
    })
    const pretrained = await trained(`pretrained-${seed}`, labelled(layerwise.folder), reproduction)
    const random = await trained(`random-${seed}`, labelled(null), reproduction)
    const accuracy = (run: typeof random): number => run.last.validation.terms!.balancedAccuracy!
    runs.push({ seed, pretrained: accuracy(pretrained), random: accuracy(random) })
    seconds += layerwise.last.seconds + pretrained.last.seconds + random.last.seconds
  }
  const gains = runs.map(run => 100 * (run.pretrained - run.random))
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const spread = Math.sqrt(mean(gains.map(gain => (gain - mean(gains)) ** 2)) * (SEEDS / (SEEDS - 1)))
  return {
    rows: [
      {
        row: 'PneumoniaMNIST, 100 labels, layerwise + label layer against random start',
        reach: 'balanced accuracy and gain over 5 seeds, honestly',
        found:
          `${fixed(100 * mean(runs.map(run => run.pretrained)), 1)} % against ${fixed(100 * mean(runs.map(run => run.random)), 1)} %: ` +
          `gain ${fixed(mean(gains), 1)} points, standard deviation ${fixed(spread, 1)} over ${SEEDS} seeds; this copy has ${counts.join(' and ')} training images of its two labels`,
        seconds,
      },
    ],
    details: { runs, counts },
  }
}
