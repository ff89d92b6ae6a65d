// What regularisation buys: autoencoder, VAE with beta 0 and VAE with beta 1 of the same size on MNIST, continuity and completeness side by side.
import { join } from 'node:path'
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import { unitStatistics, activeUnits } from '#common/latent/units'
import { LatentStudio, regularityOf } from '#compute/index'
import { mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result } from './_run'

const [CODE, EPOCHS, IMAGES] = [20, 10, 1000]

export async function main(reproduction: Reproduction): Promise<Result> {
  const { train, test } = mnist(reproduction.root)
  const shared = { dataset: train, validation: test, batch: 128, seed: 1, epochs: EPOCHS, initial: 'inputs' } as const
  const vae = { latent: CODE, network: { kind: 'dense', widths: [400] } }
  const models: Record<string, LatentTrainConfigInput> = {
    autoencoder: { ...shared, task: 'autoencoder', model: { kind: 'dense', widths: [400, CODE] } },
    'VAE, beta 0': { ...shared, task: 'vae', model: vae, loss: { beta: 0 } },
    'VAE, beta 1': { ...shared, task: 'vae', model: vae },
  }
  const rows = []
  for (const [name, config] of Object.entries(models)) {
    const { folder, last } = await trained(name.replace(/[ ,]+/g, '-'), config, reproduction)
    const studio = new LatentStudio({ provider: 'cpu', threads: null })
    const set = await studio.encode(join(folder, 'model.onnx'), test, [], {})
    const measured = await regularityOf(set, { seed: 1, count: IMAGES })
    const units = activeUnits(unitStatistics(set.codes, set.model.units))
    const error = set.errors.reduce((a, b) => a + b, 0) / set.errors.length
    await studio.release()
    rows.push({
      row: `What regularisation buys, MNIST 784-400-${CODE}: ${name}`,
      reach: 'side by side',
      found:
        `error ${fixed(error)}, ${units} units active; bend ${fixed(measured.bend, 3)}, change ${fixed(measured.change, 3)}, ` +
        `plausible ${fixed(100 * measured.plausible, 0)} %, coverage ${fixed(100 * measured.coverage, 0)} % (samples: ${measured.samples})`,
      seconds: last.seconds,
    })
  }
  return { rows }
}
