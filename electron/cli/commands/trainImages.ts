// `sagitta train` for configs that learn codes of images: autoencoder, vae, layerwise, classifier.
import { join, resolve } from 'node:path'
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { SagittaError } from '#common/errors'
import { LATENT_TASKS, latentTrainConfigSchema, type LatentTrainConfig } from '#common/latent/trainConfig'
import type { MetricsRow, TrainProgress, TrainResult } from '#common/ipc/training'
import type { PcaError } from '#common/project/latentFiles'
import { trainLatentRun } from '#compute/index'
import type { CommandIo } from '../command'
import { pathsFrom } from './labelledCase'
import { prepareImages } from './prepareImages'

export const learnsCodes = (config: unknown): boolean =>
  typeof config === 'object' &&
  config !== null &&
  'task' in config &&
  LATENT_TASKS.includes(config.task as LatentTrainConfig['task'])

/** @throws config-invalid naming the fields; what training throws. */
export async function trainImages(
  path: string,
  content: unknown,
  { out, resume, io }: { readonly out: string; readonly resume: boolean; readonly io: CommandIo },
): Promise<TrainResult> {
  const config = parse(path, content)
  const folder = resolve(out)
  const cache = join(folder, 'cache')
  const at = pathsFrom(path)
  try {
    const dataset = await prepareImages(config.dataset, at, cache, io)
    const validation = config.validation && (await prepareImages(config.validation, at, cache, io))
    const { encoder } = config.classifier
    const result = await trainLatentRun({
      config: {
        ...config,
        dataset: dataset.source,
        validation: validation?.source ?? null,
        classifier: { ...config.classifier, encoder: encoder === null ? null : at(encoder) },
      },
      headers: dataset.headers,
      validationHeaders: validation?.headers ?? [],
      ...{ folder, resume, signal: io.signal },
      report: progress => logProgress(progress, io),
    })
    io.print(`${result.model}\nbest epoch ${result.best.epoch}, ${termsOf(result.best.metrics)}`)
    if (result.pca) io.print(besidePca(result.pca, result.best.metrics))
    return result
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
}

function parse(path: string, content: unknown): LatentTrainConfig {
  const parsed = latentTrainConfigSchema.safeParse(content)
  if (parsed.success) return parsed.data
  throw new SagittaError('config-invalid', `${path} is not a training config: ${z.prettifyError(parsed.error)}`, {
    file: path,
    issues: parsed.error.issues.map(({ path: at, message }) => ({ path: at.join('.'), message })),
  })
}

function logProgress(progress: TrainProgress, io: CommandIo): void {
  switch (progress.kind) {
    case 'stage':
    case 'notice':
      return io.log(progress.text)
    case 'epoch':
      return io.log(
        `epoch ${progress.row.epoch}, ${progress.row.seconds.toFixed(0)} s: ${termsOf(progress.row)}${progress.best ? ' (best)' : ''}, ${progress.row.rssMb} MB`,
      )
    case 'step':
      return io.progress(
        `epoch ${progress.epoch} of ${progress.epochs}, step ${progress.step} of ${progress.stepsPerEpoch}`,
      )
  }
}

const termsOf = ({ train, validation }: MetricsRow): string =>
  [
    `loss ${train.loss.toPrecision(5)}`,
    `validation ${validation.loss.toPrecision(5)}`,
    ...Object.entries(validation.terms ?? {}).map(([term, value]) => `${term} ${value.toPrecision(4)}`),
  ].join(', ')

/** Two squared errors of the same images, summed over an image's values. */
function besidePca(
  { components, error, fittedOn, trainingImages, term }: PcaError,
  { validation }: MetricsRow,
): string {
  const own = validation.terms?.[term]?.toPrecision(4) ?? 'not measured'
  const of = fittedOn === trainingImages ? `all ${fittedOn}` : `${fittedOn} drawn from ${trainingImages}`
  return `squared error an image: ${own}; of ${components} principal components: ${error.toPrecision(4)} (fitted on ${of} training images)`
}
