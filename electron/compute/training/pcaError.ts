// The yardstick of a code: what as many principal components reach on the same images. Made once, before a run's first step.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ZodError, type z } from 'zod'
import { asSagittaError } from '#common/errors'
import { PCA_FILE, pcaFileSchema, type PcaError } from '#common/project/latentFiles'
import { randomStream } from '#models/layers/random'
import type { ImageSet } from '../datasets/imageSet'
import { shuffled } from '../datasets/shuffle'
import type { ImageSplit } from '../datasets/splitImages'
import { writeAtomic } from '../files/atomic'
import type { LatentNetwork } from './latentNetwork'
import type { LatentParts } from './latentParts'
import { errorLeft, leadingComponents, SPARE_COLUMNS, type ComponentRun } from './leadingComponents'

/**
 * Read from the run's folder where it goes on; else made, and written there. null where it would keep the run waiting; a notice says so.
 * @throws cancelled; disk-full, not-writable, not-readable naming the file.
 */
export async function pcaErrorOf(
  { options: { config, resume, signal, report }, folder, split, session }: LatentParts,
  { units, error }: Pick<LatentNetwork, 'units' | 'error'>,
): Promise<PcaError | null> {
  const path = join(folder.path, PCA_FILE)
  const known = resume ? await read(path) : null
  if (known) return known
  report({ kind: 'stage', stage: 'building', text: `Fitting ${units} principal components, to compare with` })
  const found = await measurePca(split, units, { threads: session.threads, seed: config.seed, signal })
  if (!found) {
    const text = `A code of ${units} units is not compared with principal components: fitting as many to images of ${split.train.elements} values takes minutes.`
    report({ kind: 'notice', code: 'pca', text })
    return null
  }
  if (found.fittedOn < found.trainingImages) {
    const text = `The principal components it is compared with are fitted on ${found.fittedOn} of its ${found.trainingImages} training images, drawn: all of them would take long.`
    report({ kind: 'notice', code: 'pca', text })
  }
  const made: PcaError = { ...found, term: error === 'squaredError' ? 'reconstruction' : 'squaredError' }
  const content: z.input<typeof pcaFileSchema> = { version: 1, ...made }
  await writeAtomic(path, [`${JSON.stringify(content, null, 1)}\n`])
  return made
}

/** In one pass over the images: products, and values read. Some eight passes are needed, each of 0.3 s on two idle cores. */
const WORK = 4e9
/** Reading a value takes as long as so many products. */
const READING = 30
/** Values times components, squared: what is done between two passes, in a fraction of a second, too. */
const WIDEST = 1e8

/**
 * Components are fitted on the training images, at most as many as `units`, and judged on the validation images.
 * @param work bound of one pass: of more images than it allows some are drawn
 * @returns null for more components than can be had in seconds
 */
export async function measurePca(
  { train, validation }: Pick<ImageSplit, 'train' | 'validation'>,
  units: number,
  run: ComponentRun,
  work = WORK,
): Promise<Omit<PcaError, 'term'> | null> {
  const [values, trainingImages] = [train.elements, train.count]
  // As many components as values are the image itself.
  if (units >= values) return { components: values, fittedOn: trainingImages, trainingImages, error: 0 }
  const keep = Math.min(units, trainingImages)
  if (values * (keep + SPARE_COLUMNS) ** 2 > WIDEST) return null
  const most = Math.max(keep, Math.floor(work / (values * (keep + SPARE_COLUMNS + READING))))
  const fitted = trainingImages <= most ? train : drawn(train, most, run.seed)
  const components = await leadingComponents(fitted, keep, run)
  const error = await errorLeft(validation, components, run)
  return { components: components.count, fittedOn: fitted.count, trainingImages, error }
}

function drawn(images: ImageSet, count: number, seed: number): ImageSet {
  const order = shuffled([...images.items.keys()], randomStream(seed, 'components/images'))
  return images.subset(order.slice(0, count))
}

/** null where nothing that can be read was written: it is made again. */
async function read(path: string): Promise<PcaError | null> {
  if (!existsSync(path)) return null
  try {
    return pcaFileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof ZodError) return null
    throw asSagittaError(thrown)
  }
}
