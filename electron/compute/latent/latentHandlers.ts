// The latent contract in the compute service: each call a few lines over the studio.
import { SagittaError } from '#common/errors'
import type { Handlers, JobContext } from '#common/ipc/contract'
import type { latentEngineContract, Pictures } from '#common/ipc/latent'
import { clustersOf } from '#common/latent/clusters'
import { aggregatePosterior, drawGaussian } from '#common/latent/gaussian'
import { nearest } from '#common/latent/neighbours'
import { byProbability, evenly, linearPath, planeGrid, sphericalPath, traversal } from '#common/latent/paths'
import { receptiveFields } from '#common/latent/receptiveField'
import { activeUnits, onShare, unitStatistics } from '#common/latent/units'
import { randomStream } from '#models/layers/random'
import { anomaliesOf } from './anomaly'
import { codesOf, itemsAt, type CodeSet, type WorkOptions } from './codeSet'
import { errorMaps } from './errors'
import { exportCodes } from './exportCodes'
import { readLatentFiles } from './latentFile'
import type { LatentModel } from './latentModel'
import { planLatent } from './planLatent'
import { project } from './projection'
import { normals, regularityOf } from './regularityOf'
import { LatentStudio } from './studio'

const workOf = (job: JobContext<{ done: number; total: number }>): WorkOptions => ({
  signal: job.signal,
  onProgress: (done, total) => job.progress({ done, total }),
})

export function latentHandlers(studio = new LatentStudio()): Handlers<typeof latentEngineContract> {
  const decoded = async (
    model: LatentModel,
    points: Float32Array,
  ): Promise<{ points: Float32Array; pictures: Pictures }> => ({
    points,
    pictures: { shape: model.facts.shape, values: await model.decode(points) },
  })

  return {
    open: async ({ model }) => (await studio.model(model)).info,
    facts: async ({ model }) => {
      const { shape, units, scale, preparation } = (await readLatentFiles(model)).named.metadata.latent
      return { shape, units, scale, preparation }
    },
    close: async ({ model }) => {
      await studio.close(model)
      return {}
    },
    forget: ({ codes }) => {
      studio.forget(codes)
      return {}
    },

    encode: async ({ model, source, headers }, job) =>
      codesOf(await studio.encode(model, source, headers, workOf(job))),
    plan: ({ config, headers, validationHeaders }, job) => planLatent(config, headers, validationHeaders, workOf(job)),

    decode: async ({ model, points }) => (await decoded(await studio.model(model), points)).pictures,

    images: ({ codes, indices }) => {
      const { images } = studio.codes(codes)
      return { shape: [...images.shape], values: images.gather(known(studio.codes(codes), indices)) }
    },

    reconstruct: async ({ codes, indices }) => {
      const set = studio.codes(codes)
      const { model, images } = set
      const inputs = images.gather(known(set, indices))
      const outputs = await model.decode(rowsAt(set, indices))
      const shape = [...images.shape]
      return {
        outputs: { shape, values: outputs },
        errorMaps: { shape, values: errorMaps(model.facts.error, inputs, outputs) },
      }
    },

    project: async ({ codes, projection }, job) => {
      const set = studio.codes(codes)
      const { explained, ...map } = await project(set.codes, set.model.units, projection, workOf(job))
      return { ...map, explained: explained && [...explained] }
    },

    clusters: ({ codes, count, seed }) => {
      const { codes: values, model } = studio.codes(codes)
      return clustersOf(values, model.units, count, randomStream(seed, 'clusters').uniform)
    },

    neighbours: ({ codes, query, count }) => {
      const set = studio.codes(codes)
      const [point, skip] = 'point' in query ? [query.point, null] : [rowsAt(set, [query.index]), query.index]
      return nearest(set.codes, set.model.units, point, count, skip)
    },

    at: ({ codes, volumeId, k, box }) => ({ indices: itemsAt(studio.codes(codes), volumeId, k, box) }),

    path: async ({ model: path, from, to, steps, kind }) => {
      const model = await studio.model(path)
      checkPoint(model, from)
      checkPoint(model, to)
      return decoded(model, (kind === 'linear' ? linearPath : sphericalPath)(from, to, steps))
    },

    traverse: async ({ model: path, point, unit, values }) => {
      const model = await studio.model(path)
      checkPoint(model, point)
      checkUnits(model, [unit])
      return decoded(model, traversal(point, unit, values))
    },

    manifold: async ({ model: path, point, units, size, spacing, reach }) => {
      const model = await studio.model(path)
      checkPoint(model, point)
      checkUnits(model, units)
      const values = spacing === 'prior' ? byProbability(size) : evenly(size, reach)
      return { ...(await decoded(model, planeGrid(point, units, values))), values }
    },

    sample: async ({ model: path, count, seed, fittedTo }) => {
      const model = await studio.model(path)
      const noise = normals(seed, 'samples', count * model.units)
      if (fittedTo === null && model.facts.task !== 'vae')
        throw new SagittaError(
          'request-invalid',
          'An autoencoder has no prior to draw from. Name codes of images: then a Gaussian fitted to them is drawn from.',
        )
      const points =
        fittedTo === null
          ? noise
          : drawGaussian(aggregatePosterior(studio.codesOf(model, fittedTo).codes, model.units), noise)
      return decoded(model, points)
    },

    statistics: ({ codes }) => {
      const { codes: values, logVariances, model } = studio.codes(codes)
      const units = unitStatistics(values, model.units, logVariances)
      const { mean, covariance } = aggregatePosterior(values, model.units, logVariances)
      return {
        units,
        mean: Float32Array.from(mean),
        covariance: Float32Array.from(covariance.to1DArray()),
        activeUnits: activeUnits(units),
        onShare: onShare(units),
      }
    },

    receptiveFields: ({ codes, units }) => {
      const set = studio.codes(codes)
      checkUnits(set.model, units)
      const { images } = set
      const fields = receptiveFields(set.codes, set.model.units, units, images.elements, (n, out) =>
        images.read(n, out),
      )
      const values = new Float32Array(fields.length * images.elements)
      fields.forEach((field, n) => values.set(field, n * images.elements))
      return { shape: [...images.shape], values }
    },

    regularity: ({ codes, seed, count }, job) => regularityOf(studio.codes(codes), { seed, count }, workOf(job)),

    anomaly: async ({ codes, normals: normalCodes, ...options }) => {
      const set = studio.codes(codes)
      const found = anomaliesOf(set, {
        normals: normalCodes === null ? null : studio.codes(normalCodes),
        ...options,
      })
      const column = (read: (point: NonNullable<typeof found.roc>['points'][number]) => number): Float32Array =>
        Float32Array.from(found.roc?.points ?? [], read)
      return {
        ...found,
        errors: set.errors,
        reasons: [...found.reasons],
        cases: [...found.cases],
        roc: found.roc && {
          area: found.roc.area,
          averagePrecision: found.roc.averagePrecision,
          falsePositives: column(point => point.falsePositives),
          truePositives: column(point => point.truePositives),
          thresholds: column(point => point.threshold),
        },
      }
    },

    export: async ({ codes, ...options }, job) => {
      const { files, notices } = await exportCodes(studio.codes(codes), { ...options, ...workOf(job) })
      return { files: [...files], notices: [...notices] }
    },
  }
}

/** @throws request-invalid for an index beyond the set. */
function known(set: CodeSet, indices: readonly number[]): readonly number[] {
  const beyond = indices.find(n => n >= set.images.count)
  if (beyond === undefined) return indices
  throw new SagittaError('request-invalid', `There is no image ${beyond}: the set has ${set.images.count}.`, {
    count: set.images.count,
  })
}

function rowsAt(set: CodeSet, indices: readonly number[]): Float32Array {
  const { units } = set.model
  const out = new Float32Array(indices.length * units)
  known(set, indices).forEach((n, at) => out.set(set.codes.subarray(n * units, (n + 1) * units), at * units))
  return out
}

function checkPoint(model: LatentModel, point: Float32Array): void {
  if (point.length !== model.units)
    throw new SagittaError(
      'shape-mismatch',
      `A point of ${point.length} numbers was given; the code of ${model.facts.name} has ${model.units} units.`,
      { units: model.units },
    )
}

function checkUnits(model: LatentModel, units: readonly number[]): void {
  const missing = units.find(unit => unit >= model.units)
  if (missing !== undefined)
    throw new SagittaError(
      'request-invalid',
      `There is no unit ${missing}: the code has units 0 to ${model.units - 1}.`,
      {
        units: model.units,
      },
    )
}
