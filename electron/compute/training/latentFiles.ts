// Writing the model files of a run that learns codes: encoder and decoder first, the model last, so that it never names missing halves.
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import { DECODER_FILE, ENCODER_FILE } from '#common/project/latentFiles'
import type { MetricsRow } from '#common/ipc/training'
import type { EncoderConfig } from '#models/programs/classifier'
import type { StateValues } from '#models/programs/types'
import type { ImageSet } from '../datasets/imageSet'
import { WITHIN_STUDY_CAVEAT } from '../datasets/split'
import type { ImageSplit } from '../datasets/splitImages'
import { asAppErrors } from '../engineErrors'
import { writeModelFiles } from '../files/modelFiles'
import { preparationOf, toLatentProperties, type LatentFacts, type LatentMetadata } from '../modelFile/latentMetadata'
import type { SessionOptions } from '../runtime/openSession'
import { versions } from '../versions'
import type { LatentNetwork } from './latentNetwork'
import { configHash } from './runFolder'

export interface LatentCardParts {
  readonly config: LatentTrainConfig
  readonly split: ImageSplit
  readonly session: SessionOptions
  readonly encoder: EncoderConfig
  readonly units: number
  readonly error: LatentFacts['error']
  readonly classes: readonly string[]
}

export function latentMetadata(
  parts: LatentCardParts,
  row: MetricsRow,
  pair: string,
  errors: Float32Array | null,
): LatentMetadata {
  const { config, split, session, encoder, units, error, classes } = parts
  const { train, validation } = split
  const task = config.task === 'classifier' ? 'classifier' : encoder.task
  return {
    latent: {
      format: 1,
      name: config.name || { autoencoder: 'Autoencoder', vae: 'VAE', classifier: 'Classifier' }[task],
      task,
      description: describe(parts),
      modality: '',
      part: 'model',
      pair,
      shape: [...train.shape],
      units,
      covariance: encoder.task === 'vae' ? encoder.model.covariance : null,
      error,
      scale: train.scale,
      preparation: preparationOf(config.dataset),
      classes: [...classes],
      ...(classes.length > 0 && config.dataset.kind === 'studies'
        ? { classValues: [0, ...config.dataset.classes.map(({ value }) => value)] }
        : {}),
      heldOut: errors && errors.length > 0 ? quantilesOf(errors) : null,
    },
    provenance: {
      createdAt: new Date().toISOString(),
      configHash: configHash(config),
      seed: config.seed,
      split: { mode: split.mode, train: namesOf(train, config), validation: namesOf(validation, config) },
      epoch: row.epoch,
      metrics: { loss: row.validation.loss, ...row.validation.terms },
      caveat: split.mode === 'within-study' ? WITHIN_STUDY_CAVEAT : null,
      repeatable: session.provider === 'cpu' && session.threads === 1,
      provider: session.provider,
      threads: session.threads,
      versions: versions(),
    },
  }
}

/** Cases of volumes by their ids; of other images only how many: names of files may be names of patients. */
function namesOf({ items }: ImageSet, { dataset, validation }: LatentTrainConfig): string[] {
  const sources = [dataset, ...(validation ? [validation] : [])]
  const volumes = new Set(items.flatMap(({ place }) => (place ? [place.volume] : [])))
  const cases = sources.flatMap(source => (source.kind === 'studies' ? source.cases : []))
  const ids = cases.filter(({ image }) => volumes.has(image)).map(({ id }) => id)
  return ids.length > 0 ? [...new Set(ids)] : [`${items.length} images`]
}

function describe({ config, split, encoder, units, classes }: LatentCardParts): string {
  const values = `${split.train.count} images of ${split.train.shape.join(' x ')}`
  if (config.task === 'classifier') return `Tells ${classes.join(', ')} apart; trained on ${values}.`
  const kind = encoder.task === 'vae' ? `VAE with a ${encoder.model.covariance} covariance` : 'Autoencoder'
  return `${kind}, code of ${units}; trained on ${values}.`
}

function quantilesOf(errors: Float32Array): NonNullable<LatentFacts['heldOut']> {
  const sorted = errors.slice().sort()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
  return { count: sorted.length, median: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) }
}

/**
 * @param above bytes of weights from which on they go beside each file (see `writeModelFiles`).
 * @returns the model's metadata, for the card. @throws not-finite, disk-full, not-writable: earlier files still hold.
 */
export async function writeLatentFiles(
  modelPath: string,
  network: LatentNetwork,
  parts: LatentCardParts,
  parameters: StateValues,
  row: MetricsRow,
  errors: Float32Array,
  above?: number,
): Promise<LatentMetadata> {
  const metadata = latentMetadata(parts, row, pairOf(parameters), errors)
  const files = { encoder: ENCODER_FILE, decoder: DECODER_FILE } as const
  const write = (part: LatentFacts['part'], path: string): Promise<void> => {
    const properties = toLatentProperties({ ...metadata, latent: { ...metadata.latent, part } })
    return writeModelFiles(
      path,
      beside => asAppErrors(() => network.export(part, parameters, properties, beside)),
      above,
    )
  }
  for (const part of ['encoder', 'decoder'] as const) await write(part, join(dirname(modelPath), files[part]))
  await write('model', modelPath)
  return metadata
}

/** A hash of the parameters: files with the same belong together. */
export function pairOf(parameters: StateValues): string {
  const hash = createHash('sha256')
  for (const values of parameters.values())
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return hash.digest('hex').slice(0, 16)
}
