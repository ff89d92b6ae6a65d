// Convolutional VAE on MNIST, grey Bernoulli, one sample; at most half an hour of training on two cores. Small batches: here time is
// what limits, and a step on 32 images takes little more than half as long as one on 64 (docs/training-notes.md).
import { mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result } from './_run'

const [EPOCHS, BATCH] = [36, 32]

export async function main(reproduction: Reproduction): Promise<Result> {
  const { train, test } = mnist(reproduction.root)
  const { last } = await trained(
    'run',
    {
      ...{ task: 'vae', dataset: train, validation: test, batch: BATCH, seed: 1, epochs: EPOCHS, maxSeconds: 1800 },
      model: {
        ...{ latent: 32, likelihood: 'bernoulli', activation: 'elu' },
        network: { kind: 'convolutional', width: 16, depth: 2, hidden: 256, normalisation: 'batch' },
      },
      optimizer: {
        ...{ kind: 'adam', learningRate: 2e-3 },
        schedule: { kind: 'cosine', totalSteps: EPOCHS * Math.floor(60_000 / BATCH), floor: 0.02 },
      },
    },
    reproduction,
  )
  const { reconstruction, kl, activeUnits } = last.validation.terms!
  return {
    rows: [
      {
        row: 'MNIST, convolutional VAE, grey Bernoulli, one sample, 30 min',
        reach: '97 nats, stretch 95',
        found: `${fixed(last.validation.loss)} nats: error ${fixed(reconstruction)}, KL ${fixed(kl)}, ${activeUnits} units active, ${last.epoch} epochs`,
        seconds: last.seconds,
      },
    ],
    details: last,
  }
}
