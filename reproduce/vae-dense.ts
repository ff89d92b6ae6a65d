// Dense VAE 784-400-20 on MNIST with the squared error summed per image plus KL, ten epochs.
import { mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result } from './_run'

export async function main(reproduction: Reproduction): Promise<Result> {
  const { train, test } = mnist(reproduction.root)
  const { last } = await trained(
    'run',
    {
      task: 'vae',
      dataset: train,
      validation: test,
      model: { latent: 20, network: { kind: 'dense', widths: [400] } },
      optimizer: { kind: 'adam', learningRate: 1e-3 },
      initial: 'inputs',
      epochs: 10,
      batch: 128,
      seed: 1,
    },
    reproduction,
  )
  const { reconstruction, kl, activeUnits } = last.validation.terms!
  return {
    rows: [
      {
        row: 'MNIST, dense VAE 784-400-20, squared error + KL, 10 epochs',
        reach: 'test loss at most 31 (PyTorch 30.3 to 30.5)',
        found: `${fixed(last.validation.loss)}: error ${fixed(reconstruction)}, KL ${fixed(kl)}, ${activeUnits} of 20 units active`,
        seconds: last.seconds,
      },
    ],
    details: last,
  }
}
