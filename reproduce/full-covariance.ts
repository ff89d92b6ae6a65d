// Full covariance: with a frozen linear decoder x = W z the best posterior is known, Sigma = (I + 2 W^T W)^-1 for squared error + KL;
// a diagonal one loses 1/2 (sum of log A_ii - log det A), A = I + 2 W^T W.
import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix'
import { vae } from '#models/architectures/vae'
import { vaeConfigSchema, type VaeConfig } from '#models/architectures/vaeConfig'
import { sample } from '#models/architectures/vae'
import { input } from '#models/ir/index'
import { randomStream } from '#models/layers/random'
import { vaeLossSchema } from '#models/losses/latentConfig'
import { squaredErrors } from '#models/losses/reconstruction'
import { vaeLoss } from '#models/losses/vae'
import { optimizerSchema } from '#models/optimizers/config'
import { compileTraining } from '#models/programs/training'
import { divergenceOf, vaePrograms } from '#models/programs/vae'
import { noiseFeeds, ProgramSession, ReadingSession, StateTensors } from '#compute/index'
import { fixed, type Reproduction, type Result } from './_run'

const [PIXELS, LATENT, HIDDEN, BATCH, STEPS, SEED] = [6, 3, 8, 256, 6000, 1]
const SESSION = { provider: 'cpu', threads: 1 }
const optimizer = optimizerSchema.parse({
  kind: 'adam',
  learningRate: 1e-2,
  schedule: { kind: 'cosine', totalSteps: STEPS },
})

const configOf = (covariance: VaeConfig['covariance']): VaeConfig =>
  vaeConfigSchema.parse({
    ...{ shape: [PIXELS], latent: LATENT, covariance, network: { kind: 'dense', widths: [HIDDEN] } },
    ...{ activation: 'identity', outputActivation: 'identity', dataRange: [-100, 100] },
  })

export async function main({ log }: Reproduction): Promise<Result> {
  const started = performance.now()
  const random = randomStream(SEED, 'decoder')
  const draw = (rows: number, columns: number, scale: number): Matrix =>
    new Matrix(Array.from({ length: rows }, () => Array.from({ length: columns }, () => scale * random.normal())))
  const [outer, inner] = [draw(PIXELS, HIDDEN, 0.35), draw(HIDDEN, LATENT, 0.6)]
  const decoder = outer.mmul(inner)
  const precision = Matrix.eye(LATENT).add(decoder.transpose().mmul(decoder).mul(2))
  const expected = inverse(precision)

  const full = await learnt('full', { outer, inner, decoder })
  const diagonal = await learnt('diagonal', { outer, inner, decoder })
  const difference = Matrix.sub(full.covariance, expected).norm('frobenius') / expected.norm('frobenius')
  const logDeterminant =
    2 *
    new CholeskyDecomposition(precision).lowerTriangularMatrix
      .diagonal()
      .reduce((sum, value) => sum + Math.log(value), 0)
  const gap = 0.5 * (precision.diagonal().reduce((sum, value) => sum + Math.log(value), 0) - logDeterminant)
  const found = diagonal.loss - full.loss
  log(`Sigma found ${JSON.stringify(full.covariance.to2DArray())}, expected ${JSON.stringify(expected.to2DArray())}`)
  return {
    rows: [
      {
        row: 'Full covariance, frozen linear decoder: Sigma = (I + 2 W^T W)^-1',
        reach: 'within 2 %',
        found: `${fixed(100 * difference)} % off (Frobenius)`,
        seconds: (performance.now() - started) / 1000,
      },
      {
        row: 'Full covariance: loss gap to the diagonal',
        reach: `the analytic ${fixed(gap, 4)} nats`,
        found: `${fixed(found, 4)} nats`,
        seconds: (performance.now() - started) / 1000,
      },
    ],
    details: { expected: expected.to2DArray(), found: full.covariance.to2DArray(), gap, foundGap: found },
  }
}

interface Decoder {
  readonly outer: Matrix
  readonly inner: Matrix
  readonly decoder: Matrix
}

/** Trains the encoder alone; gives the covariance it says and the expected loss, in closed form from its own mean and covariance. */
async function learnt(kind: VaeConfig['covariance'], { outer, inner, decoder }: Decoder) {
  const model = configOf(kind)
  const loss = vaeLossSchema.parse({})
  const { program, initialState } = compileTraining(
    (context, step) => {
      const image = input('image', 'float32', [BATCH, PIXELS])
      const { encode, decode } = vae(model, context)
      const posterior = encode(image)
      const noise = context.noise('noise', [BATCH, LATENT], 'normal')
      const errors = squaredErrors(decode(sample(posterior, noise)).output, image)
      return { inputs: { image }, loss: vaeLoss(loss, errors, divergenceOf(posterior), step).total }
    },
    optimizer,
    { trains: name => name.startsWith('encoder.') },
  )
  const initial = new Map(initialState(SEED))
  for (const name of initial.keys())
    if (/^decoder\..*bias$/.test(name))
      initial.set(
        name,
        initial.get(name)!.map(() => 0),
      )
  initial.set('decoder.0.weight', Float32Array.from(inner.to1DArray()))
  initial.set('decoder.output.weight', Float32Array.from(outer.to1DArray()))
  const state = new StateTensors(program.state, initial)
  const session = await ProgramSession.open(program, SESSION)
  for (let step = 0; step < STEPS; step++) {
    await session.run({ image: images(decoder, step), ...noiseFeeds(program.inputs, SEED, step) }, state)
    state.accept()
  }
  await session.release()
  return judged(model, state, decoder)
}

/** Images of the model itself: W z plus noise of variance 1/2, what squared error as a likelihood means. */
function images(decoder: Matrix, step: number): Float32Array {
  const { normal } = randomStream(SEED, `images/${step}`)
  const out = new Float32Array(BATCH * PIXELS)
  for (let n = 0; n < BATCH; n++) {
    const z = Array.from({ length: LATENT }, normal)
    for (let p = 0; p < PIXELS; p++)
      out[n * PIXELS + p] = z.reduce((sum, value, d) => sum + decoder.get(p, d) * value, Math.SQRT1_2 * normal())
  }
  return out
}

async function judged(model: VaeConfig, state: StateTensors, decoder: Matrix) {
  const { encode } = vaePrograms({ model, loss: vaeLossSchema.parse({}), optimizer, batch: 1 })
  const session = await ReadingSession.open(encode(), SESSION)
  const data = images(decoder, -1)
  const { code, logVariance, factor } = await session.run({ image: { data, shape: [BATCH, PIXELS] } }, state)
  await session.release()
  const mean = Matrix.zeros(LATENT, LATENT)
  let loss = 0
  for (let n = 0; n < BATCH; n++) {
    const covariance = factor
      ? fromFactor(factor.subarray((n * LATENT * (LATENT + 1)) / 2))
      : Matrix.diag(Array.from({ length: LATENT }, (_, d) => Math.exp(logVariance![n * LATENT + d]!)))
    mean.add(covariance.clone().div(BATCH))
    loss += expectedLoss(data.subarray(n * PIXELS), code!.subarray(n * LATENT), covariance, decoder) / BATCH
  }
  return { covariance: mean, loss }
}

function fromFactor(entries: Float32Array): Matrix {
  const factor = Matrix.zeros(LATENT, LATENT)
  for (let i = 0, at = 0; i < LATENT; i++) for (let j = 0; j <= i; j++, at++) factor.set(i, j, entries[at]!)
  return factor.mmul(factor.transpose())
}

function expectedLoss(image: Float32Array, mean: Float32Array, covariance: Matrix, decoder: Matrix): number {
  let error = decoder.mmul(covariance).mmul(decoder.transpose()).trace()
  for (let p = 0; p < PIXELS; p++) {
    let value = 0
    for (let d = 0; d < LATENT; d++) value += decoder.get(p, d) * mean[d]!
    error += (image[p]! - value) ** 2
  }
  const logDeterminant =
    2 *
    new CholeskyDecomposition(covariance).lowerTriangularMatrix
      .diagonal()
      .reduce((sum, value) => sum + Math.log(value), 0)
  const square = mean.subarray(0, LATENT).reduce((sum, value) => sum + value * value, 0)
  return error + 0.5 * (covariance.trace() + square - LATENT - logDeterminant)
}
