// Prepared cases of a few pixels, for tests: bright squares on noise, written as the study service writes them.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PreparedHeader } from '#common/ipc/prepare'
import { trainConfigSchema, type TrainConfig, type TrainConfigInput } from '#common/ipc/training'
import { randomStream } from '#models/layers/random'

export interface TinyOptions {
  readonly cases?: number
  readonly slices?: number
  /** Columns and rows. */
  readonly size?: number
  /** Side of the bright square, pixels. */
  readonly square?: number
  /** How much brighter it is, in standard deviations of the noise. */
  readonly contrast?: number
}

const PREPROCESSING = {
  spacingMm: [null, null, null] as [null, null, null],
  crop: null,
  clip: null,
  normalization: { mean: 0, sd: 1 },
  padding: 'edge' as const,
  orientation: 'LPS' as const,
}

/** Writes the cases into `folder` and returns their headers' paths. */
export async function tinyCases(folder: string, options: TinyOptions = {}): Promise<string[]> {
  const { cases = 2, slices = 4, size = 16, square = 6, contrast = 3 } = options
  await mkdir(folder, { recursive: true })
  return Promise.all(
    Array.from({ length: cases }, (_, n) => writeCase(folder, `case-${n}`, { slices, size, square, contrast })),
  )
}

async function writeCase(folder: string, name: string, options: Required<Omit<TinyOptions, 'cases'>>): Promise<string> {
  const { slices, size, square, contrast } = options
  const random = randomStream(1, name)
  const values = new Float32Array(slices * size * size)
  const classes = new Uint8Array(values.length)
  for (let k = 0; k < slices; k++) {
    const [left, top] = [0, 0].map(() => Math.floor(random.uniform() * (size - square + 1)))
    for (let j = 0; j < size; j++)
      for (let i = 0; i < size; i++) {
        const at = i + size * (j + size * k)
        const inside = i >= left! && i < left! + square && j >= top! && j < top! + square
        classes[at] = inside ? 1 : 0
        values[at] = 0.3 * random.normal() + (inside ? contrast * 0.3 : 0)
      }
  }
  await writeFile(join(folder, `${name}.f32`), new Uint8Array(values.buffer))
  await writeFile(join(folder, `${name}.u8`), classes)
  const labelled = square * square
  const header: PreparedHeader = {
    format: 1,
    key: name,
    image: name,
    modality: 'CT',
    grid: {
      size: [size, size, slices],
      spacingMm: [1, 1, 1],
      affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      slicePositionsMm: null,
      orientation: [1, 0, 0, 0, 1, 0],
      verdict: { kind: 'uniform', details: '', files: [], tiltDegrees: null, gaps: [] },
    },
    preprocessing: PREPROCESSING,
    box: { left: 0, top: 0, columns: size, rows: size },
    network: { columns: size, rows: size, slices },
    spacingMm: [1, 1, 1],
    values: `${name}.f32`,
    target: {
      classes: `${name}.u8`,
      source: `${name} labels`,
      table: { values: [7] },
      weights: new Array<number>(slices).fill(1),
      counts: Array.from({ length: slices }, () => [size * size - labelled, labelled]),
    },
    notices: [],
  }
  const path = join(folder, `${name}.json`)
  await writeFile(path, JSON.stringify(header))
  return path
}

/** A complete config for tiny cases: one CPU thread, everything chosen. */
export function tinyConfig(changes: Partial<TrainConfigInput> = {}, cases = 2): TrainConfig {
  return trainConfigSchema.parse({
    task: 'unet',
    name: 'tiny',
    dataset: {
      cases: Array.from({ length: cases }, (_, n) => ({
        id: `case-${n}`,
        patient: `P${n}`,
        image: `case-${n}`,
        labels: `case-${n} labels`,
      })),
      labels: [{ value: 7, name: 'square', color: '#ff0000' }],
      modality: 'CT',
    },
    split: { mode: 'patient', validationFraction: 0.5, seed: 0 },
    preprocessing: PREPROCESSING,
    model: { width: 4, depth: 2 },
    loss: { kind: 'diceCrossEntropy' },
    optimizer: { kind: 'adam', learningRate: 5e-3 },
    patch: [16, 16],
    epochs: 3,
    stepsPerEpoch: 4,
    batch: 2,
    seed: 1,
    provider: 'cpu',
    threads: 1,
    ...changes,
  } satisfies TrainConfigInput)
}
