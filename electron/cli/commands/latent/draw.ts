// `sagitta latent decode | sample | traverse | plane | interpolate | sum`: from points in code to pictures.
import { aggregatePosterior, drawGaussian } from '#common/latent/gaussian'
import { byProbability, evenly, linearPath, planeGrid, sphericalPath, traversal } from '#common/latent/paths'
import { alongDifference, meanCode } from '#common/latent/sums'
import { SagittaError } from '#common/errors'
import { normals } from '#compute/index'
import { readArguments, required, UsageError, wholeNumber, type Command } from '../../command'
import { readCodes, rowAt, writePictures } from './files'
import { withModel } from './withModel'

const OUT = { out: { type: 'string' } } as const
const OUT_NAME = '--out FILE'

export const latentDecode: Command = {
  name: 'latent decode',
  usage: `latent decode MODEL CODES.npy --out PICTURES.{png,npy} [--columns 16]
  What points in code look like.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'CODES.npy'], {
      ...OUT,
      columns: { type: 'string', default: '16' },
    })
    const out = required(values.out, OUT_NAME)
    return withModel(positionals[0]!, async ({ model }) => {
      const pictures = await model.decode(await readCodes(positionals[1]!, model))
      const columns = wholeNumber(values.columns, '--columns', 1)
      const path = await writePictures(out, pictures, model.facts.shape, columns, io)
      return { out: path, count: pictures.length / model.elements, shape: model.facts.shape }
    })
  },
}

export const latentSample: Command = {
  name: 'latent sample',
  usage: `latent sample MODEL --out PICTURES.{png,npy} [--count 64] [--seed 0] [--codes CODES.npy]
  Draws of a VAE's prior; with --codes draws of a Gaussian fitted to them, the only ones an autoencoder has.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL'], {
      ...OUT,
      count: { type: 'string', default: '64' },
      seed: { type: 'string', default: '0' },
      codes: { type: 'string' },
    })
    const out = required(values.out, OUT_NAME)
    const count = wholeNumber(values.count, '--count', 1)
    const seed = wholeNumber(values.seed, '--seed')
    return withModel(positionals[0]!, async ({ model }) => {
      const noise = normals(seed, 'samples', count * model.units)
      if (values.codes === undefined && model.facts.task !== 'vae')
        throw new SagittaError(
          'request-invalid',
          'An autoencoder has no prior to draw from. Give --codes: then a Gaussian fitted to them is drawn from.',
        )
      const points =
        values.codes === undefined
          ? noise
          : drawGaussian(aggregatePosterior(await readCodes(values.codes, model), model.units), noise)
      const pictures = await model.decode(points)
      const path = await writePictures(out, pictures, model.facts.shape, Math.ceil(Math.sqrt(count)), io)
      return { out: path, count, seed, from: values.codes === undefined ? 'prior' : 'fitted' }
    })
  },
}

export const latentTraverse: Command = {
  name: 'latent traverse',
  usage: `latent traverse MODEL --out PICTURES.{png,npy} [--codes CODES.npy --index 0] [--units 0,1,2] [--from -3] [--to 3] [--steps 9]
  One row per unit: the point (the origin, or a code) with that unit set to each value.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL'], {
      ...OUT,
      codes: { type: 'string' },
      index: { type: 'string', default: '0' },
      units: { type: 'string' },
      from: { type: 'string', default: '-3' },
      to: { type: 'string', default: '3' },
      steps: { type: 'string', default: '9' },
    })
    const out = required(values.out, OUT_NAME)
    const steps = wholeNumber(values.steps, '--steps', 2)
    const [low, high] = [number(values.from, '--from'), number(values.to, '--to')]
    const at = Array.from({ length: steps }, (_, n) => low + ((high - low) * n) / (steps - 1))
    return withModel(positionals[0]!, async ({ model }) => {
      const units = values.units
        ? values.units.split(',').map(unit => wholeNumber(unit, '--units'))
        : [...Array(model.units).keys()]
      const beyond = units.find(unit => unit >= model.units)
      if (beyond !== undefined) throw new UsageError(`There is no unit ${beyond}: the code has ${model.units}.`)
      const point = values.codes
        ? rowAt(await readCodes(values.codes, model), model.units, wholeNumber(values.index, '--index'), values.codes)
        : new Float32Array(model.units)
      const points = new Float32Array(units.length * steps * model.units)
      units.forEach((unit, n) => points.set(traversal(point, unit, at), n * steps * model.units))
      const path = await writePictures(out, await model.decode(points), model.facts.shape, steps, io)
      return { out: path, units, values: at }
    })
  },
}

export const latentPlane: Command = {
  name: 'latent plane',
  usage: `latent plane MODEL --units A,B --out PICTURES.{png,npy} [--size 9] [--reach 2 | --prior]
  Decodes of two units around the origin: A grows to the right, B upward, from -reach to reach or at equal steps of the prior's probability.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL'], {
      ...OUT,
      units: { type: 'string' },
      size: { type: 'string', default: '9' },
      reach: { type: 'string', default: '2' },
      prior: { type: 'boolean', default: false },
    })
    const out = required(values.out, OUT_NAME)
    const [across, up, ...others] = required(values.units, '--units A,B')
      .split(',')
      .map(unit => wholeNumber(unit, '--units'))
    if (across === undefined || up === undefined || others.length > 0) throw new UsageError('--units takes two: 0,1.')
    const size = wholeNumber(values.size, '--size', 1)
    const at = values.prior ? byProbability(size) : evenly(size, number(values.reach, '--reach'))
    return withModel(positionals[0]!, async ({ model }) => {
      const beyond = [across, up].find(unit => unit >= model.units)
      if (beyond !== undefined) throw new UsageError(`There is no unit ${beyond}: the code has ${model.units}.`)
      const points = planeGrid(new Float32Array(model.units), [across, up], at)
      const path = await writePictures(out, await model.decode(points), model.facts.shape, size, io)
      return { out: path, units: [across, up], values: at }
    })
  },
}

export const latentInterpolate: Command = {
  name: 'latent interpolate',
  usage: `latent interpolate MODEL CODES.npy --from I --to J --out PICTURES.{png,npy} [--steps 9] [--spherical]
  The way between two codes of a file, straight or along the sphere.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'CODES.npy'], {
      ...OUT,
      from: { type: 'string' },
      to: { type: 'string' },
      steps: { type: 'string', default: '9' },
      spherical: { type: 'boolean', default: false },
    })
    const out = required(values.out, OUT_NAME)
    const [from, to] = [
      wholeNumber(required(values.from, '--from I'), '--from'),
      wholeNumber(required(values.to, '--to J'), '--to'),
    ]
    const steps = wholeNumber(values.steps, '--steps', 2)
    return withModel(positionals[0]!, async ({ model }) => {
      const codes = await readCodes(positionals[1]!, model)
      const end = (n: number): Float32Array => rowAt(codes, model.units, n, positionals[1]!)
      const points = (values.spherical ? sphericalPath : linearPath)(end(from), end(to), steps)
      const path = await writePictures(out, await model.decode(points), model.facts.shape, steps, io)
      return { out: path, from, to, steps, kind: values.spherical ? 'spherical' : 'linear' }
    })
  },
}

export const latentSum: Command = {
  name: 'latent sum',
  usage: `latent sum MODEL CODES.npy --add I,J,... --out PICTURES.{png,npy} [--take K,L,...] [--from N] [--amounts 0,0.5,1]
  From a code (the mean of all, or number N) towards what a group of codes has that another (all, unless --take names it) lacks: an amount of 1
  goes as far as the two means lie apart.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'CODES.npy'], {
      ...OUT,
      add: { type: 'string' },
      take: { type: 'string' },
      from: { type: 'string' },
      amounts: { type: 'string', default: '0,0.5,1' },
    })
    const out = required(values.out, OUT_NAME)
    const add = numbers(required(values.add, '--add I,J,...'), '--add')
    const take = values.take === undefined ? null : numbers(values.take, '--take')
    const amounts = values.amounts.split(',').map(text => number(text, '--amounts'))
    return withModel(positionals[0]!, async ({ model }) => {
      const path = positionals[1]!
      const codes = await readCodes(path, model)
      const all = [...Array(codes.length / model.units).keys()]
      for (const n of [...add, ...(take ?? [])]) rowAt(codes, model.units, n, path)
      const mean = (indices: readonly number[]): Float32Array => meanCode(codes, model.units, indices)
      const from =
        values.from === undefined ? mean(all) : rowAt(codes, model.units, wholeNumber(values.from, '--from'), path)
      const points = new Float32Array(amounts.length * model.units)
      amounts.forEach((amount, n) =>
        points.set(alongDifference(from, mean(add), mean(take ?? all), amount), n * model.units),
      )
      const written = await writePictures(out, await model.decode(points), model.facts.shape, amounts.length, io)
      return { out: written, add, take, amounts }
    })
  },
}

const numbers = (text: string, name: string): number[] => text.split(',').map(part => wholeNumber(part, name))

function number(text: string, name: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`${name} takes a number, not "${text}".`)
  return value
}
