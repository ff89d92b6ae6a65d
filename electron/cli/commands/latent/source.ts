// What images a latent command is about: a path, taken the way the model was trained, or a source written down as JSON.
import { readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { SagittaError } from '#common/errors'
import { imageSourceSchema, type ImageSourceConfig } from '#common/latent/imageSource'
import type { CodeSet, LatentModel, LatentStudio } from '#compute/index'
import type { CommandIo } from '../../command'
import { volumesUnder } from '../../findVolume'
import { pathsFrom } from '../labelledCase'
import { prepareImages } from '../prepareImages'

/** Codes of SOURCE under a model. @throws what reading, preparing and encoding throw. */
export async function encodeSource(
  studio: LatentStudio,
  model: LatentModel,
  source: string,
  cache: string,
  io: CommandIo,
): Promise<CodeSet> {
  const described = await sourceAt(source, model, io)
  const prepared = await prepareImages(described, pathsFrom(source), join(cache, 'prepared'), io)
  return studio.encode(model.path, prepared.source, prepared.headers, {
    signal: io.signal,
    onProgress: (done, total) => io.progress(`Encoding: ${done} of ${total}`),
  })
}

/** What SOURCE says. @throws config-invalid, corrupt-file, no-images */
export async function sourceAt(
  path: string,
  { facts: { shape, preparation } }: Pick<LatentModel, 'facts'>,
  io: CommandIo,
): Promise<ImageSourceConfig> {
  const size = shape.slice(-2)
  if (/\.json$/i.test(path)) return readSource(path)
  if (/\.npz$/i.test(path)) return imageSourceSchema.parse({ kind: 'npz', file: resolve(path) })
  if (/idx\d?-ubyte(\.gz)?$/i.test(path)) return imageSourceSchema.parse({ kind: 'idx', images: resolve(path) })
  if (preparation.kind !== 'studies' && (await stat(path)).isDirectory()) {
    const { fit, colour } = preparation
    return imageSourceSchema.parse({ kind: 'folder', folder: resolve(path), size, fit, colour })
  }
  const { unit, fit, step, crop } = preparation
  const volumes = await volumesUnder(path, io)
  return imageSourceSchema.parse({
    kind: 'studies',
    cases: volumes.map(({ info }) => ({ id: info.id, patient: info.patientId, image: info.source })),
    ...{ unit: unit === 'patches' ? 'patches' : 'slices', size, fit, step, crop },
  })
}

/** A source, or a training config whose data set is meant. @throws config-invalid, corrupt-file */
async function readSource(path: string): Promise<ImageSourceConfig> {
  const text = await readFile(path, 'utf8')
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new SagittaError('corrupt-file', `${path} is not JSON.`, { file: path }, { cause })
  }
  const inner = typeof content === 'object' && content !== null && 'dataset' in content ? content.dataset : content
  const parsed = imageSourceSchema.safeParse(inner)
  if (parsed.success) return parsed.data
  throw new SagittaError(
    'config-invalid',
    `${basename(path)} does not describe images: ${z.prettifyError(parsed.error)}`,
    { file: path },
  )
}
