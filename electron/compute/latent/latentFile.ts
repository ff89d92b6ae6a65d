// Reading the files of a model that codes images, whichever of them is named: what it says, and where its halves are.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SagittaError } from '#common/errors'
import type { ModelCard } from '#common/ipc/compute'
import { RUN_MODEL } from '#common/project/run'
import { DECODER_FILE, ENCODER_FILE } from '#common/project/latentFiles'
import { weightsBeside } from '../modelFile/externalWeights'
import { parseJson, parseOnnx } from '../modelFile/readModel'
import {
  LATENT_KEYS,
  latentMetadataSchema,
  ofPixels,
  pixelLabels,
  type LatentMetadata,
} from '../modelFile/latentMetadata'

export interface LatentFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** Files beside it that hold weights. */
  readonly external: readonly string[]
  readonly metadata: LatentMetadata
}

/** null: an ONNX model of another kind. @throws not-found; model-invalid when it is no model. */
export async function readLatentFile(path: string): Promise<LatentFile | null> {
  const bytes = await readFile(path)
  const onnx = parseOnnx(path, bytes)
  const properties = onnx.metadata
  const parsed = latentMetadataSchema.safeParse({
    latent: parseJson(properties[LATENT_KEYS.latent]),
    provenance: parseJson(properties[LATENT_KEYS.provenance]),
  })
  return parsed.success ? { path, bytes, external: await weightsBeside(path, onnx), metadata: parsed.data } : null
}

export interface LatentFiles {
  readonly named: LatentFile
  /** null: the file does not lie beside the named one, or belongs to another training state. */
  readonly encoder: LatentFile | null
  readonly decoder: LatentFile | null
}

/** @throws model-incompatible for a model that does not code images; what `readLatentFile` throws. */
export async function readLatentFiles(path: string): Promise<LatentFiles> {
  const named = await readLatentFile(path)
  if (!named)
    throw new SagittaError(
      'model-incompatible',
      `${path} is no autoencoder or VAE of Sagitta's: it does not say what its code is. Choose the ${RUN_MODEL} of a run that learnt codes.`,
      { path },
    )
  const { part, pair } = named.metadata.latent
  const half = async (file: string, wanted: 'encoder' | 'decoder'): Promise<LatentFile | null> => {
    if (part === wanted) return named
    const beside = join(dirname(path), file)
    const found = existsSync(beside) ? await readLatentFile(beside) : null
    return found?.metadata.latent.pair === pair ? found : null
  }
  return { named, encoder: await half(ENCODER_FILE, 'encoder'), decoder: await half(DECODER_FILE, 'decoder') }
}

/** @param origin where the app found the file. */
export function latentCardOf({ path, bytes, metadata }: LatentFile, origin: ModelCard['origin']): ModelCard {
  const { latent, provenance } = metadata
  const { name, task, description, modality, classes } = latent
  return {
    ...{ path, name, task, description, origin, modality },
    segments: ofPixels(latent),
    labels: ofPixels(latent)
      ? pixelLabels(latent)
      : classes.map((label, value) => ({ value, name: label, color: '#808080' })),
    spacingMm: null,
    caveat: provenance.caveat,
    metrics: provenance.metrics,
    createdAt: provenance.createdAt,
    bytes: bytes.length,
  }
}
