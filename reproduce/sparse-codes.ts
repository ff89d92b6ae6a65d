// An over-complete autoencoder 784-1000 with unit-norm decoder columns, lambda swept: error, share of units that are on, and what it makes of noise.
import { LatentStudio } from '#compute/index'
import { join } from 'node:path'
import { randomStream } from '#models/layers/random'
import { mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result } from './_run'

const LAMBDAS = [0, 0.1, 0.3, 0.6, 1]
const [EPOCHS, NOISE_IMAGES] = [15, 500]

export async function main(reproduction: Reproduction): Promise<Result> {
  const { train, test } = mnist(reproduction.root)
  const found = []
  let seconds = 0
  for (const lambda of LAMBDAS) {
    const { folder, last } = await trained(
      `lambda-${lambda}`,
      {
        ...{
          task: 'autoencoder',
          dataset: train,
          validation: test,
          batch: 128,
          seed: 1,
          epochs: EPOCHS,
          overcomplete: true,
        },
        model: {
          kind: 'dense',
          widths: [1000],
          codeActivation: 'relu',
          outputActivation: 'identity',
          unitNormDecoder: true,
        },
        loss: { activationL1: lambda },
        optimizer: { kind: 'adam', learningRate: 1e-3 },
      },
      reproduction,
    )
    const { reconstruction, onShare } = last.validation.terms!
    seconds += last.seconds
    found.push({ lambda, error: reconstruction!, onShare: onShare!, noise: await onNoise(join(folder, 'model.onnx')) })
  }
  const fitting = found.filter(({ onShare }) => onShare <= 0.05).sort((a, b) => a.error - b.error)[0]
  const table = found
    .map(
      ({ lambda, error, onShare, noise }) =>
        `lambda ${lambda}: error ${fixed(error)}, ${fixed(100 * onShare, 1)} % on, noise ${fixed(100 * noise, 0)} %`,
    )
    .join('; ')
  return {
    rows: [
      {
        row: 'MNIST, sparse 784-1000, unit-norm decoder columns',
        reach: "at 5 % active at most PCA-10's 26.7",
        found: `${fitting ? `${fixed(fitting.error)} at ${fixed(100 * fitting.onShare, 1)} %` : 'no lambda swept reaches 5 %'} (${table}; noise: error in % of the noise's own energy)`,
        seconds,
      },
    ],
    details: found,
  }
}

/** Uniform noise shows who copies: error of its reconstruction as a share of its energy around 1/2. 0 is the identity. */
async function onNoise(path: string): Promise<number> {
  const studio = new LatentStudio({ provider: 'cpu', threads: null })
  const model = await studio.model(path)
  const { uniform } = randomStream(1, 'noise images')
  const images = Float32Array.from({ length: NOISE_IMAGES * model.elements }, uniform)
  const { codes } = await model.encode(images)
  const outputs = await model.decode(codes)
  await studio.release()
  let [error, energy] = [0, 0]
  images.forEach((value, at) => {
    error += (value - outputs[at]!) ** 2
    energy += (value - 0.5) ** 2
  })
  return error / energy
}
