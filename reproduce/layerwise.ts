// Layerwise training of 784-1000-500-250-30 on MNIST, then fine-tuning; beside it the same stack trained at once. PCA-30 leaves 13.866.
import { EPOCHS, stackAtOnce, stackOn } from './_autoencoders'
import { mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result } from './_run'

const STAGE_EPOCHS = 5

export async function main(reproduction: Reproduction): Promise<Result> {
  const data = mnist(reproduction.root)
  const layerwise = await trained(
    'layerwise',
    stackOn(data, { task: 'layerwise', layerwise: { epochs: STAGE_EPOCHS } }),
    reproduction,
  )
  const joint = await stackAtOnce(data, reproduction)
  const error = (run: typeof joint, row = run.last): string => fixed(row.validation.terms!.reconstruction)
  return {
    rows: [
      {
        row: 'MNIST, layerwise 784-1000-500-250-30, fine-tuned',
        reach: 'at most 4.5 (paper 3.00)',
        found: `${error(layerwise)} after ${EPOCHS} epochs (${error(layerwise, layerwise.rows[0])} after the first); ${STAGE_EPOCHS} epochs a layer before`,
        seconds: layerwise.last.seconds,
      },
      {
        row: 'MNIST, the same stack trained at once',
        reach: 'beside layerwise',
        found: `${error(joint)} after ${EPOCHS} epochs (${error(joint, joint.rows[0])} after the first)`,
        seconds: joint.last.seconds,
      },
    ],
    details: { layerwise: layerwise.last, joint: joint.last },
  }
}
