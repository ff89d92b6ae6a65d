// `sagitta latent encode | map | neighbours | fields | measure`: from images to codes, and what codes say about images.
import { nearest } from '#common/latent/neighbours'
import { receptiveFields } from '#common/latent/receptiveField'
import { activeUnits, onShare, unitStatistics } from '#common/latent/units'
import { codesTable, project, regularityOf, type CodeSet } from '#compute/index'
import { readArguments, required, UsageError, wholeNumber, type Command } from '../../command'
import { table } from '../../table'
import { writeCodes, writePictures, writeText } from './files'
import { encodeSource } from './source'
import { withModel } from './withModel'

const SOURCE =
  'SOURCE is an IDX or NPZ file, a folder of pictures, a scan, or a JSON that describes the images (as `dataset` of a training config).'

export const latentEncode: Command = {
  name: 'latent encode',
  usage: `latent encode MODEL SOURCE --out CODES.npy
  ${SOURCE}`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'SOURCE'], { out: { type: 'string' } })
    const out = required(values.out, '--out CODES.npy')
    return withModel(positionals[0]!, async ({ studio, model, cache }) => {
      const set = await encodeSource(studio, model, positionals[1]!, cache, io)
      const path = await writeCodes(out, set.codes, model.units, io)
      return {
        ...{ out: path, count: set.images.count, dimensions: model.units },
        items: set.images.items.map(({ id, place }) => ({
          id,
          source: place?.volume ?? set.images.name,
          slice: place?.k ?? null,
        })),
      }
    })
  },
}

export const latentMap: Command = {
  name: 'latent map',
  usage: `latent map MODEL SOURCE --out MAP.csv [--method pca|umap] [--seed 0]
  Two coordinates per image, with its label and error.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'SOURCE'], {
      out: { type: 'string' },
      method: { type: 'string', default: 'pca' },
      seed: { type: 'string', default: '0' },
    })
    const out = required(values.out, '--out MAP.csv')
    if (values.method !== 'pca' && values.method !== 'umap')
      throw new UsageError(`There is no method "${values.method}". There are: pca, umap.`)
    const config =
      values.method === 'pca'
        ? { method: 'pca' as const }
        : { method: 'umap' as const, neighbours: 15, minDistance: 0.1, seed: wholeNumber(values.seed, '--seed') }
    return withModel(positionals[0]!, async ({ studio, model, cache }) => {
      const set = await encodeSource(studio, model, positionals[1]!, cache, io)
      const { points, explained, notice } = await project(set.codes, model.units, config, { signal: io.signal })
      if (notice) io.log(notice)
      const path = await writeText(out, codesTable(set, all(set), points, 2, 'axis'), io)
      return { out: path, count: set.images.count, method: values.method, explained, notice }
    })
  },
}

const all = ({ images }: CodeSet): number[] => [...images.items.keys()]

export const latentNeighbours: Command = {
  name: 'latent neighbours',
  usage: `latent neighbours MODEL SOURCE --index I [--count 10]
  The images whose codes are nearest to those of image I, with distances.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'SOURCE'], {
      index: { type: 'string' },
      count: { type: 'string', default: '10' },
    })
    const index = wholeNumber(required(values.index, '--index I'), '--index')
    const count = wholeNumber(values.count, '--count', 1)
    return withModel(positionals[0]!, async ({ studio, model, cache }) => {
      const set = await encodeSource(studio, model, positionals[1]!, cache, io)
      const { items } = set.images
      if (index >= items.length)
        throw new UsageError(`There are ${items.length} images, so there is no number ${index}.`)
      const query = set.codes.slice(index * model.units, (index + 1) * model.units)
      const { indices, distances } = nearest(set.codes, model.units, query, count, index)
      const found = Array.from(indices, (n, at) => ({ index: n, id: items[n]!.id, distance: distances[at]! }))
      io.print(
        table(
          ['image', 'distance'],
          found.map(({ id, distance }) => [id, distance]),
        ),
      )
      return { of: items[index]!.id, neighbours: found }
    })
  },
}

export const latentFields: Command = {
  name: 'latent fields',
  usage: `latent fields MODEL SOURCE --out FIELDS.{png,npy}
  What each unit answers to: by how much a pixel is brighter per unit of its activation. As PNG grey is 0, and each field has its own scale.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'SOURCE'], { out: { type: 'string' } })
    const out = required(values.out, '--out FIELDS.{png,npy}')
    return withModel(positionals[0]!, async ({ studio, model, cache }) => {
      const set = await encodeSource(studio, model, positionals[1]!, cache, io)
      const { images, codes } = set
      const units = [...Array(model.units).keys()]
      const fields = receptiveFields(codes, model.units, units, images.elements, (n, pixels) => images.read(n, pixels))
      const asPicture = /\.png$/i.test(out)
      const pictures = new Float32Array(fields.length * images.elements)
      fields.forEach((field, n) => pictures.set(asPicture ? aroundGrey(field) : field, n * images.elements))
      const path = await writePictures(out, pictures, images.shape, 8, io)
      return { out: path, units: model.units, count: images.count }
    })
  },
}

function aroundGrey(field: Float32Array): Float32Array {
  const largest = field.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1
  return field.map(value => 0.5 + (0.5 * value) / largest)
}

export const latentMeasure: Command = {
  name: 'latent measure',
  usage: `latent measure MODEL SOURCE [--count 500] [--seed 0]
  Errors, active units, and what regularisation buys: continuity and completeness (docs/latent.md).`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'SOURCE'], {
      count: { type: 'string', default: '500' },
      seed: { type: 'string', default: '0' },
    })
    return withModel(positionals[0]!, async ({ studio, model, cache }) => {
      const set = await encodeSource(studio, model, positionals[1]!, cache, io)
      const units = unitStatistics(set.codes, model.units, set.logVariances)
      const regularity = await regularityOf(
        set,
        { seed: wholeNumber(values.seed, '--seed'), count: wholeNumber(values.count, '--count', 12) },
        { signal: io.signal },
      )
      const error = set.errors.reduce((a, b) => a + b, 0) / set.errors.length
      const found = { error, activeUnits: activeUnits(units), onShare: onShare(units), ...regularity }
      io.print(table(['measure', 'value'], Object.entries(found)))
      return { ...found, count: set.images.count, units }
    })
  },
}
