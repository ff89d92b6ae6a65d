// The first principal components of images and what they leave of others, on ONNX Runtime: 30 of MNIST's 60,000 images in 2 s.
import { setImmediate } from 'node:timers/promises'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { cancelled } from '#common/errors'
import { randomStream } from '#models/layers/random'
import { componentPrograms } from '#models/programs/components'
import type { ImageSet } from '../datasets/imageSet'
import { ReadingSession } from '../runtime/readingSession'
import { StateTensors } from '../runtime/stateTensors'
import { readingBatch } from './imageBatches'

export interface Components {
  /** [values] */
  readonly mean: Float32Array
  /** Directions of length 1, by falling variance, side by side: [values, columns]; 0 where the images vary in no more directions. */
  readonly basis: Float32Array
  readonly columns: number
  /** Columns that are not 0. */
  readonly count: number
}

export interface ComponentRun {
  /** CPU threads; null lets ONNX Runtime choose. */
  readonly threads: number | null
  readonly seed: number
  readonly signal: AbortSignal
}

/** Directions that are followed besides: the wanted ones settle sooner. */
export const SPARE_COLUMNS = 10
const MOST_PASSES = 40
/** Of float32 products, as a share of the variance: less says nothing. */
const ROUNDING = 1e-7

/**
 * Subspace iteration from a random start with a Rayleigh-Ritz step each time (Halko, Martinsson & Tropp 2011, SIAM Review 53, algorithm 4.4,
 * until it settles): no covariance matrix is kept, so that images may have many values. Ends when a pass lowers the squared error that
 * the components leave by less than its ten-thousandth. The same seed and threads give the same numbers.
 * @param keep from 1 to the number of images or of values of an image, whichever is lower
 * @throws cancelled between two batches of images.
 */
export async function leadingComponents(images: ImageSet, keep: number, run: ComponentRun): Promise<Components> {
  const values = images.elements
  const columns = Math.min(values, images.count, keep + SPARE_COLUMNS)
  const { mean, variance } = moments(images)
  const session = await ReadingSession.open(componentPrograms(values, columns).scatter, cpu(run))
  const { normal } = randomStream(run.seed, 'components')
  let directions = orthonormal(Array.from({ length: columns }, () => Float64Array.from({ length: values }, normal)))
  try {
    for (let pass = 1, left = Infinity; ; pass++) {
      const products = await covarianceTimes(images, mean, directions, session, run)
      const { eigenvalues, rotation } = ritz(directions, products)
      const before = left
      left = variance - eigenvalues.slice(0, keep).reduce((a, b) => a + b, 0)
      if (before - left <= 1e-4 * left + ROUNDING * variance || pass === MOST_PASSES) {
        const found = rotated(directions, rotation).slice(0, keep)
        const count = eigenvalues.slice(0, keep).filter(own => own > ROUNDING * variance).length
        found.slice(count).forEach(direction => direction.fill(0))
        return { mean, basis: sideBySide(found), columns: keep, count }
      }
      directions = orthonormal(rotated(products, rotation))
    }
  } finally {
    await session.release()
  }
}

/** Mean over the images of the squared error that their projection onto the components leaves, summed over an image's values. */
export async function errorLeft(
  images: ImageSet,
  { mean, basis, columns }: Components,
  run: ComponentRun,
): Promise<number> {
  const session = await ReadingSession.open(componentPrograms(images.elements, columns).project, cpu(run))
  let sum = 0
  try {
    for await (const { image } of batches(images, run)) {
      const { errors } = await session.run({ image, mean, basis }, NO_STATE)
      for (const error of errors!) sum += error
    }
  } finally {
    await session.release()
  }
  return sum / images.count
}

const cpu = ({ threads }: ComponentRun) => ({ provider: 'cpu', threads })
const NO_STATE = new StateTensors([], new Map())

/** All images, flat; what waits for this process has its turn between two batches. */
async function* batches(images: ImageSet, { signal }: ComponentRun) {
  const batch = readingBatch(images.elements)
  for (let first = 0; first < images.count; first += batch) {
    const size = Math.min(batch, images.count - first)
    const data = images.gather(Uint32Array.from({ length: size }, (_, n) => first + n))
    yield { image: { data, shape: [size, images.elements] } }
    await setImmediate()
    if (signal.aborted) throw cancelled('Training')
  }
}

/** Mean image, and the variance of all values together. */
function moments(images: ImageSet): { mean: Float32Array; variance: number } {
  const sums = new Float64Array(images.elements)
  const image = new Float32Array(images.elements)
  let squares = 0
  for (let n = 0; n < images.count; n++) {
    images.read(n, image)
    for (let p = 0; p < image.length; p++) {
      sums[p]! += image[p]!
      squares += image[p]! ** 2
    }
  }
  const mean = Float32Array.from(sums, sum => sum / images.count)
  return { mean, variance: squares / images.count - dot(mean, mean) }
}

async function covarianceTimes(
  images: ImageSet,
  mean: Float32Array,
  directions: readonly Float64Array[],
  session: ReadingSession,
  run: ComponentRun,
): Promise<Float64Array[]> {
  const basis = sideBySide(directions)
  const products = directions.map(({ length }) => new Float64Array(length))
  for await (const { image } of batches(images, run)) {
    const { product } = await session.run({ image, mean, basis }, NO_STATE)
    products.forEach((sum, c) => {
      for (let p = 0, at = c; p < sum.length; p++, at += products.length) sum[p]! += product![at]! / images.count
    })
  }
  return products
}

/** Eigenvalues of the covariance within the directions, falling, and the rotation [direction][eigenvector] to its eigenvectors. */
function ritz(directions: readonly Float64Array[], products: readonly Float64Array[]) {
  const within = new Matrix(directions.map(direction => products.map(product => dot(direction, product))))
  const symmetric = within.clone().add(within.transpose()).div(2)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, n) => n).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  return {
    eigenvalues: order.map(n => realEigenvalues[n]!),
    rotation: order.map(n => eigenvectorMatrix.getColumn(n)),
  }
}

const rotated = (vectors: readonly Float64Array[], rotation: readonly (readonly number[])[]): Float64Array[] =>
  rotation.map(weights => {
    const sum = new Float64Array(vectors[0]!.length)
    vectors.forEach((vector, n) => addTimes(sum, vector, weights[n]!))
    return sum
  })

/** Gram-Schmidt, twice over for its rounding. What depends on the ones before becomes zero: it adds nothing. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = []
  for (const vector of vectors) {
    const own = vector.slice()
    const length = Math.sqrt(dot(own, own))
    for (let times = 0; times < 2; times++) for (const other of done) addTimes(own, other, -dot(own, other))
    const rest = Math.sqrt(dot(own, own))
    const scale = rest > 1e-10 * length ? 1 / rest : 0
    done.push(own.map(value => value * scale))
  }
  return done
}

function sideBySide(vectors: readonly Float64Array[]): Float32Array {
  const out = new Float32Array(vectors.length * (vectors[0]?.length ?? 0))
  vectors.forEach((vector, c) => vector.forEach((value, p) => (out[p * vectors.length + c] = value)))
  return out
}

function dot(a: Float64Array | Float32Array, b: Float64Array | Float32Array): number {
  let sum = 0
  for (let p = 0; p < a.length; p++) sum += a[p]! * b[p]!
  return sum
}

function addTimes(sum: Float64Array, vector: Float64Array, factor: number): void {
  for (let p = 0; p < sum.length; p++) sum[p]! += factor * vector[p]!
}
