// Maps of codes in two dimensions: principal components, UMAP, or two of the units.
import { UMAP } from 'umap-js'
import type { z } from 'zod'
import { SagittaError, cancelled } from '#common/errors'
import type { projectionSchema } from '#common/ipc/latent'
import { nearest } from '#common/latent/neighbours'
import { fitPca, projectPca, rowsOf } from '#common/latent/pca'
import { randomStream } from '#models/layers/random'
import { shuffled } from '../datasets/shuffle'
import type { WorkOptions } from './codeSet'

export type ProjectionConfig = z.output<typeof projectionSchema>

export interface Projection {
  /** [count, 2] */
  readonly points: Float32Array
  /** Share of the variance along each axis; null where that means nothing. */
  readonly explained: readonly number[] | null
  /** The plane in code that the map is; null where it is none. */
  readonly axes: { readonly origin: Float32Array; readonly across: Float32Array; readonly up: Float32Array } | null
  readonly notice: string | null
}

/** @throws no-training-data for too few codes; config-invalid for a unit that is not there; cancelled. */
export async function project(
  codes: Float32Array,
  units: number,
  config: ProjectionConfig,
  options: WorkOptions = {},
): Promise<Projection> {
  switch (config.method) {
    case 'pca':
      return principal(codes, units)
    case 'units':
      return twoUnits(codes, units, config)
    case 'umap':
      return umap(codes, units, config, options)
  }
}

function principal(codes: Float32Array, units: number): Projection {
  const pca = fitPca(rowsOf(codes, units))
  const total = pca.variances.reduce((a, b) => a + b, 0)
  const shares = Array.from(pca.variances, variance => (total > 0 ? variance / total : 0))
  const axis = (n: number): Float32Array => Float32Array.from(pca.components.subarray(n * units, (n + 1) * units))
  const origin = Float32Array.from(pca.mean)
  if (units === 1) {
    const line = projectPca(pca, rowsOf(codes, 1), 1)
    const axes = { origin, across: axis(0), up: new Float32Array(1) }
    return { points: withZeros(line), explained: [1, 0], axes, notice: 'The code has one unit; the second axis is 0.' }
  }
  const axes = { origin, across: axis(0), up: axis(1) }
  return { points: projectPca(pca, rowsOf(codes, units), 2), explained: shares.slice(0, 2), axes, notice: null }
}

const withZeros = (line: Float32Array): Float32Array =>
  Float32Array.from({ length: 2 * line.length }, (_, at) => (at % 2 === 0 ? line[at / 2]! : 0))

function twoUnits(codes: Float32Array, units: number, { across, up }: { across: number; up: number }): Projection {
  const missing = [across, up].find(unit => unit >= units)
  if (missing !== undefined)
    throw new SagittaError('config-invalid', `There is no unit ${missing}: the code has units 0 to ${units - 1}.`, {
      units,
    })
  const points = new Float32Array((2 * codes.length) / units)
  for (let n = 0; n < points.length / 2; n++) {
    points[2 * n] = codes[n * units + across]!
    points[2 * n + 1] = codes[n * units + up]!
  }
  const axis = (unit: number): Float32Array => Float32Array.from({ length: units }, (_, d) => (d === unit ? 1 : 0))
  const axes = { origin: new Float32Array(units), across: axis(across), up: axis(up) }
  return { points, explained: null, axes, notice: null }
}

/** Codes that UMAP itself places; its time grows faster than their number. */
const PLACED = 4000
/** Neighbours that place each of the others. */
const ANCHORS = 5

/** McInnes et al. 2018 (arXiv:1802.03426). Beyond `PLACED` codes the rest is put between its nearest placed ones, and said. */
async function umap(
  codes: Float32Array,
  units: number,
  config: Extract<ProjectionConfig, { method: 'umap' }>,
  { signal, onProgress }: WorkOptions,
): Promise<Projection> {
  const count = codes.length / units
  if (count <= config.neighbours)
    throw new SagittaError(
      'no-training-data',
      `UMAP with ${config.neighbours} neighbours needs more than ${config.neighbours} codes, and there are ${count}. Choose fewer neighbours, or principal components.`,
      { count },
    )
  const random = randomStream(config.seed, 'umap')
  const order = shuffled([...Array(count).keys()], random)
  const chosen = order.slice(0, PLACED).sort((a, b) => a - b)
  const anchors = new Float32Array(chosen.length * units)
  chosen.forEach((n, at) => anchors.set(codes.subarray(n * units, (n + 1) * units), at * units))
  const rows = chosen.map((_, at) => Array.from(anchors.subarray(at * units, (at + 1) * units)))
  const map = new UMAP({
    nComponents: 2,
    nNeighbors: config.neighbours,
    minDist: config.minDistance,
    random: random.uniform,
  })
  const pause = async (): Promise<void> => {
    if (signal?.aborted) throw cancelled('UMAP')
    await new Promise(resolve => setImmediate(resolve))
  }
  const { indices, distances } = await neighboursOf(anchors, units, config.neighbours, pause)
  map.setPrecomputedKNN(indices, distances)
  const epochs = map.initializeFit(rows)
  for (let epoch = 0; epoch < epochs; epoch++) {
    map.step()
    onProgress?.(epoch, epochs)
    await pause()
  }
  const placed = Float32Array.from(map.getEmbedding().flat())
  if (count <= PLACED) return { points: placed, explained: null, axes: null, notice: null }
  return {
    points: await between(codes, units, anchors, placed, pause),
    explained: null,
    axes: null,
    notice: `UMAP placed ${PLACED} of ${count} codes, drawn by the seed; each of the others lies between its ${ANCHORS} nearest placed ones.`,
  }
}

/** Codes whose neighbours are looked for between two pauses: others are heard then. */
const STRIDE = 100

/** Exact neighbours of every code, itself first: UMAP's own search is approximate, and lets nobody else speak. */
async function neighboursOf(codes: Float32Array, units: number, count: number, pause: () => Promise<void>) {
  const found: { indices: number[][]; distances: number[][] } = { indices: [], distances: [] }
  for (let n = 0; n < codes.length / units; n++) {
    const { indices, distances } = nearest(codes, units, codes.subarray(n * units, (n + 1) * units), count)
    found.indices.push(Array.from(indices))
    found.distances.push(Array.from(distances))
    if (n % STRIDE === 0) await pause()
  }
  return found
}

/** Weighted by 1 / distance; a placed code stays where it is. */
async function between(
  codes: Float32Array,
  units: number,
  anchors: Float32Array,
  placed: Float32Array,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const count = codes.length / units
  const points = new Float32Array(2 * count)
  for (let n = 0; n < count; n++) {
    const { indices, distances } = nearest(anchors, units, codes.subarray(n * units, (n + 1) * units), ANCHORS)
    let [x, y, weights] = [0, 0, 0]
    indices.forEach((anchor, at) => {
      const weight = 1 / (distances[at]! + 1e-9)
      x += weight * placed[2 * anchor]!
      y += weight * placed[2 * anchor + 1]!
      weights += weight
    })
    points[2 * n] = x / weights
    points[2 * n + 1] = y / weights
    if (n % STRIDE === 0) await pause()
  }
  return points
}
