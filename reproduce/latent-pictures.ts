// The pictures of docs/latent.md: a VAE and an autoencoder learn from slices of drawn phantom patients and show the sample's three, whom they never saw.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aggregatePosterior, drawGaussian } from '#common/latent/gaussian'
import { imageSourceSchema } from '#common/latent/imageSource'
import { byProbability, planeGrid, sphericalPath } from '#common/latent/paths'
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import { unitStatistics } from '#common/latent/units'
import { drawPatients, PHANTOM_PATIENTS, type PhantomPatient } from '#common/phantom/index'
import { contactSheet, LatentStudio, normals, type CodeSet } from '#compute/index'
import { prepareImages } from '../electron/cli/commands/prepareImages'
import { ioOf, patientsOnDisk } from './_phantom'
import { fixed, trained, type Reproduction, type Result } from './_run'

const TEACHERS = drawPatients(1, 12, 'PT', 'train')
const [SIZE, CODE, EPOCHS, BATCH] = [64, 16, 60, 32]
const NETWORK = { width: 16, depth: 3, hidden: 128, normalisation: 'batch' } as const
/** Of an epoch: twelve patients of 104 slices. */
const STEPS = Math.floor((12 * 104) / BATCH)
const SCALE = { low: -160, high: 240 }

export async function main(reproduction: Reproduction): Promise<Result> {
  const [learnt, shown] = [await slicesOf(TEACHERS, reproduction), await slicesOf(PHANTOM_PATIENTS, reproduction)]
  const shared = {
    ...{ dataset: learnt.source, validation: shown.source, scale: SCALE, seed: 1, batch: BATCH, epochs: EPOCHS },
    optimizer: { kind: 'adam', learningRate: 2e-3, schedule: { kind: 'cosine', totalSteps: EPOCHS * STEPS } },
  } as const
  const models: Record<'vae' | 'autoencoder', LatentTrainConfigInput> = {
    vae: { ...shared, task: 'vae', model: { latent: CODE, network: { kind: 'convolutional', ...NETWORK } } },
    autoencoder: { ...shared, task: 'autoencoder', model: { kind: 'convolutional', code: CODE, ...NETWORK } },
  }
  const folder = join(reproduction.root, 'docs/images')
  await mkdir(folder, { recursive: true })
  const draw = async (name: string, pictures: Float32Array, columns: number): Promise<void> =>
    writeFile(join(folder, `latent-${name}.png`), contactSheet(pictures, [1, SIZE, SIZE], columns))

  const studio = new LatentStudio({ provider: 'cpu', threads: null })
  const sets: Partial<Record<keyof typeof models, CodeSet>> = {}
  let seconds = 0
  for (const [name, config] of Object.entries(models) as [keyof typeof models, LatentTrainConfigInput][]) {
    const run = await trained(name, config, reproduction, {
      headers: learnt.headers,
      validationHeaders: shown.headers,
    })
    seconds += run.last.seconds
    sets[name] = await studio.encode(join(run.folder, 'model.onnx'), shown.source, shown.headers, {})
  }
  const [vae, autoencoder] = [sets.vae!, sets.autoencoder!]
  const chosen = [10, 30, 45, 60, 75, 90, 120, 150]
  const row = ({ codes }: CodeSet, n: number): Float32Array => codes.slice(n * CODE, (n + 1) * CODE)
  const codesOf = (set: CodeSet): Float32Array => Float32Array.from(chosen.flatMap(n => [...row(set, n)]))
  const inputs = vae.images.gather(chosen)
  await draw(
    'reconstructions',
    Float32Array.of(
      ...inputs,
      ...(await autoencoder.model.decode(codesOf(autoencoder))),
      ...(await vae.model.decode(codesOf(vae))),
    ),
    chosen.length,
  )
  const noise = normals(7, 'samples', 8 * CODE)
  const fitted = drawGaussian(aggregatePosterior(autoencoder.codes, CODE), noise)
  await draw(
    'samples',
    Float32Array.of(...(await autoencoder.model.decode(fitted)), ...(await vae.model.decode(noise))),
    8,
  )
  const units = unitStatistics(vae.codes, CODE, vae.logVariances).map((unit, n) => ({ n, kl: unit.kl ?? 0 }))
  const [across, up] = units.sort((a, b) => b.kl - a.kl).map(({ n }) => n) as [number, number]
  const plane = planeGrid(new Float32Array(CODE), [across, up], byProbability(8))
  await draw('plane', await vae.model.decode(plane), 8)
  await draw('way', await vae.model.decode(sphericalPath(row(vae, 20), row(vae, 85), 8)), 8)
  await studio.release()
  return {
    rows: [
      {
        row: 'Pictures of docs/latent.md: VAE and autoencoder on phantom slices',
        reach: 'no target',
        found: `mean error VAE ${fixed(meanOf(vae.errors))}, autoencoder ${fixed(meanOf(autoencoder.errors))}, ${vae.images.count} slices of patients they never saw`,
        seconds,
      },
    ],
  }
}

async function slicesOf(patients: readonly PhantomPatient[], reproduction: Reproduction) {
  const made = await patientsOnDisk(patients, reproduction)
  const source = imageSourceSchema.parse({
    ...{ kind: 'studies', unit: 'slices', size: [SIZE, SIZE], crop: { above: -500 } },
    cases: made.map(({ patientId, dicomFolder }) => ({ id: patientId, patient: patientId, image: dicomFolder })),
  })
  return prepareImages(source, path => path, join(reproduction.runs, 'prepared'), ioOf(reproduction))
}

const meanOf = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length
