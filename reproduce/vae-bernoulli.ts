// Dense VAE 784-400-20 on MNIST with a Bernoulli likelihood of the grey values, one sample, batch 128, Adam 1e-3.
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
      model: { latent: 20, network: { kind: 'dense', widths: [400] }, likelihood: 'bernoulli' },
      optimizer: { kind: 'adam', learningRate: 1e-3 },
      initial: 'inputs',
      epochs: 10,
      batch: 128,
      seed: 1,
    },
    reproduction,
  )
  const { reconstruction, kl } = last.validation.terms!
  return {
    rows: [
      {
        row: 'MNIST, dense VAE 784-400-20, grey Bernoulli, one sample, 10 epochs',
        reach: 'at most 106 nats (PyTorch 105.1 to 105.4)',
        found: `${fixed(last.validation.loss)} nats: error ${fixed(reconstruction)}, KL ${fixed(kl)}`,
        seconds: last.seconds,
      },
    ],
    details: last,
  }
}
