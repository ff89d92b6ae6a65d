// The fake's compute service for codes: a linear autoencoder of the phantom's own slices (their principal components), with honest arithmetic.
import type { Handlers } from '#common/ipc/contract'
import type { latentContract, LatentModelInfo, Pictures } from '#common/ipc/latent'
import { clustersOf } from '#common/latent/clusters'
import { nearest } from '#common/latent/neighbours'
import { evenly, linearPath, planeGrid, sphericalPath, traversal } from '#common/latent/paths'
import { fitPca, pointOfPca, projectPca, rowsOf } from '#common/latent/pca'
import { activeUnits, onShare, unitStatistics } from '#common/latent/units'
import { aggregatePosterior } from '#common/latent/gaussian'
import { SagittaError } from '#common/errors'
import { thresholdOf } from '#common/latent/roc'
import { anomaliesOf } from './anomaly'
import { encoded, imagesOf, normalOf, SCALE, uniformOf, type FakeDecoder, type FakeSet } from './latentCodes'
import type { FakeWorld } from './world'

export const latentModel = (part: Partial<LatentModelInfo> = {}): LatentModelInfo => ({
  model: '/runs/12/model.onnx',
  name: 'Abdomen VAE',
  task: 'vae',
  description: 'Convolutional VAE of slices',
  shape: [1, 8, 8],
  units: 6,
  covariance: 'diagonal',
  error: 'squaredError',
  scale: SCALE,
  preparation: { kind: 'studies', unit: 'slices', fit: 'resize', step: null, crop: null, colour: 'grey' },
  heldOut: { count: 30, median: 1.1, p90: 1.8, p95: 2.1, p99: 3 },
  encodes: true,
  decodes: true,
  metrics: { loss: 61.4, error: 52.1, kl: 9.3 },
  createdAt: '2024-03-14T10:00:00Z',
  ...part,
})

export function latentHandlers(world: FakeWorld): Handlers<typeof latentContract> {
  const sets = new Map<string, FakeSet>()
  const decoders = new Map<string, FakeDecoder>()

  const modelOf = (path: string): LatentModelInfo => {
    const found = world.latentModels.find(({ model }) => model === path)
    if (!found) throw new SagittaError('not-found', `There is no model ${path}.`)
    return found
  }
  const setOf = (id: string): FakeSet => {
    const found = sets.get(id)
    if (!found) throw new SagittaError('not-found', `There are no codes ${id} any more. Encode the images again.`)
    return found
  }
  const decode = (path: string, points: Float32Array): Pictures => {
    const { shape, units } = modelOf(path)
    const decoder = decoders.get(path)
    if (!decoder) throw new SagittaError('internal', 'The fake decodes only what it has encoded before.')
    if (points.length % units !== 0)
      throw new SagittaError('shape-mismatch', `${points.length} numbers are no points of ${units} units.`)
    const size = shape.reduce((a, b) => a * b, 1)
    const values = new Float32Array((points.length / units) * size)
    for (let n = 0; n < points.length / units; n++) {
      const coordinates = decoder.units.map((sd, d) => points[n * units + d]! * sd)
      values.set(
        pointOfPca(decoder.pca, coordinates).map(value => Math.min(1, Math.max(0, value))),
        n * size,
      )
    }
    return { shape, values }
  }
  const decoded = (model: string, points: Float32Array) => ({ points, pictures: decode(model, points) })
  const rows = (values: Float32Array, width: number, indices: readonly number[]): Float32Array =>
    Float32Array.from(indices.flatMap(n => Array.from(values.subarray(n * width, (n + 1) * width))))
  const sizeOf = (set: FakeSet): number => set.images.length / set.codes.count

  return {
    open: ({ model }) => {
      world.check('latent.open')
      return modelOf(model)
    },
    facts: ({ model }) => {
      world.check('latent.facts')
      const { shape, units, scale, preparation } = modelOf(model)
      return { shape, units, scale, preparation }
    },
    close: ({ model }) => {
      for (const [id, set] of sets) if (set.codes.model === model) sets.delete(id)
      return {}
    },
    forget: ({ codes }) => {
      sets.delete(codes)
      return {}
    },
    encode: async ({ model, source }, job) => {
      const info = modelOf(model)
      world.check('latent.encode')
      if (source.kind !== 'studies') throw new SagittaError('not-found', 'The fake has only volumes.')
      const made = imagesOf(world, source, info)
      const total = made.images.length
      for (let step = 1; step <= 10; step++) {
        await world.pause(job.signal, 'Encoding')
        job.progress({ done: Math.round((total * step) / 10), total })
      }
      const set = encoded(info, source, made, `codes-${sets.size + 1}-${info.task}`, decoders, world.codeCopies)
      sets.set(set.codes.codes, set)
      return set.codes
    },
    decode: ({ model, points }) => {
      world.check('latent.decode')
      return decode(model, points)
    },
    images: ({ codes, indices }) => {
      const set = setOf(codes)
      return { shape: modelOf(set.codes.model).shape, values: rows(set.images, sizeOf(set), indices) }
    },
    reconstruct: ({ codes, indices }) => {
      const set = setOf(codes)
      const inputs = rows(set.images, sizeOf(set), indices)
      const outputs = decode(set.codes.model, rows(set.codes.values, set.codes.units, indices))
      const squares = inputs.map((value, at) => (value - outputs.values[at]!) ** 2)
      return { outputs, errorMaps: { shape: outputs.shape, values: squares } }
    },
    project: async ({ codes, projection }, job) => {
      world.check('latent.project')
      const { values, units, count } = setOf(codes).codes
      if (projection.method === 'units') {
        const axis = (unit: number): Float32Array => Float32Array.from({ length: units }, (_, d) => Number(d === unit))
        const at = (n: number, unit: number): number => values[n * units + unit]!
        return {
          points: Float32Array.from({ length: 2 * count }, (_, n) =>
            at(n >> 1, n % 2 === 0 ? projection.across : projection.up),
          ),
          explained: null,
          axes: { origin: new Float32Array(units), across: axis(projection.across), up: axis(projection.up) },
          notice: null,
        }
      }
      const pca = fitPca(rowsOf(values, units))
      const plane = projectPca(pca, rowsOf(values, units), 2)
      if (projection.method === 'pca') {
        const all = pca.variances.reduce((a, b) => a + b, 0)
        const axis = (n: number): Float32Array => Float32Array.from(pca.components.subarray(n * units, (n + 1) * units))
        return {
          points: plane,
          explained: [pca.variances[0]! / all, pca.variances[1]! / all],
          axes: { origin: Float32Array.from(pca.mean), across: axis(0), up: axis(1) },
          notice: null,
        }
      }
      for (let step = 1; step <= 20; step++) {
        await world.pause(job.signal, 'UMAP')
        job.progress({ done: step, total: 20 })
      }
      return { points: plane.map(value => 8 * Math.tanh(value)), explained: null, axes: null, notice: null }
    },
    clusters: ({ codes, count, seed }) => {
      const { values, units } = setOf(codes).codes
      return clustersOf(values, units, count, uniformOf(seed))
    },
    neighbours: ({ codes, query, count }) => {
      const { values, units } = setOf(codes).codes
      const [point, skip] = 'point' in query ? [query.point, null] : [rows(values, units, [query.index]), query.index]
      return nearest(values, units, point, count, skip)
    },
    at: ({ codes, volumeId, k }) => {
      const { places, count } = setOf(codes).codes
      const volume = places.volumeIds.indexOf(volumeId)
      const shows = (n: number): boolean => places.volume[n] === volume && places.k[n] === k
      return { indices: Int32Array.from(Array.from({ length: count }, (_, n) => n).filter(shows)) }
    },
    path: ({ model, from, to, steps, kind }) =>
      decoded(model, (kind === 'linear' ? linearPath : sphericalPath)(from, to, steps)),
    traverse: ({ model, point, unit, values }) => decoded(model, traversal(point, unit, values)),
    manifold: ({ model, point, units, size, reach }) => {
      const values = evenly(size, reach)
      return { ...decoded(model, planeGrid(point, units, values)), values }
    },
    sample: ({ model, count, seed, fittedTo }) => {
      const { units, task } = modelOf(model)
      if (task !== 'vae' && fittedTo === null)
        throw new SagittaError('request-invalid', 'An autoencoder has no prior to draw from.')
      const uniform = uniformOf(seed)
      const spread = fittedTo === null ? null : unitStatistics(setOf(fittedTo).codes.values, units)
      const points = Float32Array.from({ length: count * units }, (_, at) => {
        const unit = spread?.[at % units]
        return (unit?.mean ?? 0) + normalOf(uniform) * Math.sqrt(unit?.variance ?? 1)
      })
      return decoded(model, points)
    },
    statistics: ({ codes }) => {
      const { codes: set, logVariances } = setOf(codes)
      const units = unitStatistics(set.values, set.units, logVariances)
      const { mean, covariance } = aggregatePosterior(set.values, set.units, logVariances)
      return {
        units,
        mean: Float32Array.from(mean),
        covariance: Float32Array.from(covariance.to1DArray()),
        activeUnits: activeUnits(units),
        onShare: onShare(units),
      }
    },
    receptiveFields: ({ codes, units }) => {
      const { model } = setOf(codes).codes
      const decoder = decoders.get(model)!
      const { dimensions, components } = decoder.pca
      const fields = units.flatMap(unit => Array.from(components.subarray(unit * dimensions, (unit + 1) * dimensions)))
      return { shape: modelOf(model).shape, values: Float32Array.from(fields) }
    },
    regularity: async ({ codes }, job) => {
      const vae = modelOf(setOf(codes).codes.model).task === 'vae'
      for (let step = 1; step <= 4; step++) {
        await world.pause(job.signal, 'Measuring')
        job.progress({ done: step, total: 4 })
      }
      world.check('latent.regularity')
      return vae
        ? { bend: 0.021, change: 0.087, plausible: 0.94, coverage: 0.81, samples: 'prior' }
        : { bend: 0.118, change: 0.412, plausible: 0.31, coverage: 0.36, samples: 'fitted' }
    },
    anomaly: async ({ codes, normals, anomalousLabels, share, disagreement }, job) => {
      const { codes: set } = setOf(codes)
      for (let step = 1; step <= 3; step++) {
        await world.pause(job.signal, 'Ranking')
        job.progress({ done: step, total: 3 })
      }
      world.check('latent.anomaly')
      return anomaliesOf(set, {
        threshold: normals
          ? thresholdOf(setOf(normals).codes.errors, share)
          : (modelOf(set.model).heldOut?.p95 ?? null),
        anomalous: anomalousLabels,
        disagreement,
      })
    },
    export: async ({ folder, files, withPictures }, job) => {
      if (!withPictures && files.some(file => file.startsWith('pictures')))
        throw new SagittaError('request-invalid', 'Pictures show patients and are left out unless withPictures is set.')
      for (const [n] of files.entries()) {
        await world.pause(job.signal, 'Exporting')
        job.progress({ done: n + 1, total: files.length })
      }
      world.check('latent.export')
      world.exported = { folder, files }
      return { files: files.map(file => `${folder}/${file}`), notices: ['Codes of patients’ images are patient data.'] }
    },
    plan: () => {
      throw new SagittaError('internal', 'The fake plans no training of codes.')
    },
    train: () => {
      throw new SagittaError('internal', 'The fake trains no codes.')
    },
    curves: () => [],
  }
}
