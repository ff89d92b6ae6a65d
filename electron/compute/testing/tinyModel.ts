// Model files with random weights, and images prepared for them, for tests.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PreparedHeader } from '#common/ipc/prepare'
import { SagittaError } from '#common/errors'
import type { Normalization, Preprocessing } from '#common/ipc/training'
import { imageSlice } from '#common/preprocessing/prepareSlice'
import { slicePlan } from '#common/preprocessing/slicePlan'
import { sizeMultiple } from '#models/architectures/unet'
import { unetConfigSchema } from '#models/architectures/unetConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '#models/losses/segmentationConfig'
import { optimizerSchema } from '#models/optimizers/config'
import { exportSegmentation, segmentationPrograms } from '#models/programs/segmentation'
import { toProperties, type ModelMetadata } from '../modelFile/metadata'

export const PLAIN: Preprocessing = {
  spacingMm: [null, null, null],
  crop: null,
  clip: null,
  normalization: { mean: 0, sd: 1 },
  padding: 'edge',
  orientation: 'LPS',
}

export interface TinyModel {
  readonly depth?: number
  readonly neighbours?: number
  readonly trained?: { columns: number; rows: number } | null
  readonly preprocessing?: Preprocessing
}

/** Labels 5 and 200. */
export async function tinyModel(
  path: string,
  { depth = 2, neighbours = 0, trained = null, preprocessing = PLAIN }: TinyModel = {},
): Promise<string> {
  const model = unetConfigSchema.parse({
    classes: 3,
    channels: 1 + 2 * neighbours,
    width: 4,
    depth,
    normalisation: 'none',
  })
  const multiple = sizeMultiple(model)
  const { initialState } = segmentationPrograms({
    model,
    loss: DEFAULT_SEGMENTATION_LOSS,
    optimizer: optimizerSchema.parse({ kind: 'adam' }),
    batch: 1,
    patch: [multiple, multiple],
  })
  const metadata: ModelMetadata = {
    model: {
      format: 1,
      name: 'tiny',
      task: 'segmentation',
      description: 'For tests.',
      modality: 'CT',
      labels: [
        { value: 5, name: 'liver', color: '#ff0000' },
        { value: 200, name: 'lesion', color: '#00ff00' },
      ],
      network: { dimensions: 2, multiple, trained, neighbours: { count: neighbours, mm: null } },
    },
    preprocessing,
    provenance: {
      createdAt: '2026-01-01T00:00:00.000Z',
      configHash: '0',
      seed: 1,
      split: { mode: 'patient', train: ['a'], validation: ['b'] },
      epoch: 1,
      metrics: { meanDice: null },
      caveat: null,
      repeatable: true,
      provider: 'cpu',
      threads: 1,
      versions: {},
    },
  }
  await writeFile(
    path,
    exportSegmentation({ model, parameters: initialState(3), metadata: toProperties(metadata) }).model,
  )
  return path
}

/** Images are made slice by slice here: rules about all of their voxels are the study service's. */
function fixed(normalization: Normalization): { mean: number; sd: number } {
  if ('mean' in normalization) return normalization
  throw new SagittaError('internal', 'A tiny image is prepared with fixed numbers.')
}

export interface TinyImage {
  readonly size: [number, number, number]
  readonly spacingMm?: [number, number, number]
  readonly orientation?: number[]
  readonly slice: (k: number) => ArrayLike<number>
}

/** Prepares an image as the study service does. Returns the header's path. */
export async function tinyImage(
  folder: string,
  name: string,
  { size, spacingMm = [1, 1, 1], orientation = [1, 0, 0, 0, 1, 0], slice }: TinyImage,
  preprocessing: Preprocessing = PLAIN,
): Promise<string> {
  const [x, y, z] = spacingMm
  const grid: PreparedHeader['grid'] = {
    size,
    spacingMm,
    orientation,
    affineLps: [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1],
    slicePositionsMm: null,
    verdict: { kind: 'uniform', details: '', files: [], tiltDegrees: null, gaps: [] },
  }
  const plan = slicePlan(grid, preprocessing)
  const intensity = { ...preprocessing, normalization: fixed(preprocessing.normalization) }
  const slices = Array.from({ length: plan.network.slices }, (_, n) => imageSlice(plan, intensity, slice, n))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.f32`), Buffer.concat(slices.map(values => new Uint8Array(values.buffer))))
  const header: PreparedHeader = {
    format: 1,
    key: name,
    image: name,
    modality: 'CT',
    grid,
    preprocessing,
    box: plan.box,
    network: plan.network,
    spacingMm: plan.spacingMm && [...plan.spacingMm],
    values: `${name}.f32`,
    target: null,
    notices: [...plan.notices],
  }
  const path = join(folder, `${name}.json`)
  await writeFile(path, JSON.stringify(header))
  return path
}
