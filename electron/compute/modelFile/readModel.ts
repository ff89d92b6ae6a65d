// Opening a model file: its bytes, and what it says about itself. A model without that is refused, never guessed at (CASES T04).
import { readFile } from 'node:fs/promises'
import { SagittaError } from '#common/errors'
import type { ModelCard } from '#common/ipc/compute'
import { ModelError } from '#models/errors'
import { fromOnnx, type OnnxModel } from '#models/onnx/index'
import { weightsBeside } from './externalWeights'
import { METADATA_KEYS, modelMetadataSchema, type ModelMetadata } from './metadata'

export interface ModelFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** Files beside it that hold weights (ONNX external data). */
  readonly external: readonly string[]
  readonly metadata: ModelMetadata
}

/**
 * @throws not-found; model-invalid when the file is no model; model-incompatible when it carries no preprocessing or labels of ours.
 */
export async function readModel(path: string): Promise<ModelFile> {
  const bytes = await readFile(path)
  const onnx = parseOnnx(path, bytes)
  const properties = onnx.metadata
  const parsed = modelMetadataSchema.safeParse({
    model: parseJson(properties[METADATA_KEYS.model]),
    preprocessing: parseJson(properties[METADATA_KEYS.preprocessing]),
    provenance: parseJson(properties[METADATA_KEYS.provenance]),
    trainedOn: parseJson(properties[METADATA_KEYS.trainedOn]),
  })
  if (parsed.success) return { path, bytes, external: await weightsBeside(path, onnx), metadata: parsed.data }
  throw new SagittaError(
    'model-incompatible',
    `${path} is an ONNX model, but it does not say how images must be prepared for it and what its channels mean. ` +
      'Without that its answer would be wrong without a sign. Import it with a card that says both (sagitta model import FILE --card CARD.json --out MODEL.onnx).',
    { path, missing: parsed.error.issues.map(({ path: at }) => at.join('.')) },
  )
}

/** What the file says of itself. @throws model-invalid when it is no ONNX model. */
export function parseOnnx(path: string, bytes: Uint8Array): OnnxModel {
  try {
    return fromOnnx(bytes)
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown
    throw new SagittaError(
      'model-invalid',
      `${path} is not a model: ${thrown.message} Choose an .onnx file; the open scan and its labels are untouched.`,
      { path },
      { cause: thrown },
    )
  }
}

/** A property of an ONNX file's metadata; undefined where it is missing or no JSON: its schema then says so. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @param origin where the app found the file. */
export function cardOf({ path, bytes, metadata }: ModelFile, origin: ModelCard['origin']): ModelCard {
  const { model, preprocessing, provenance } = metadata
  const spacing = preprocessing.spacingMm.filter(mm => mm !== null)
  return {
    path,
    name: model.name,
    task: model.task,
    segments: model.task === 'segmentation',
    description: 'imported' in provenance ? withOrigin(model.description, provenance.imported) : model.description,
    origin,
    labels: model.labels,
    modality: model.modality,
    spacingMm: spacing.length === 0 ? null : spacing,
    caveat: provenance.caveat,
    metrics: provenance.metrics,
    createdAt: provenance.createdAt,
    bytes: bytes.length,
  }
}

const withOrigin = (description: string, { source, licence }: { source: string; licence: string }): string =>
  [...(description === '' ? [] : [description]), `Source: ${source}. Licence: ${licence}.`].join(' ')
