import { describe, expect, it } from 'vitest'
import { vaeConfigSchema, type VaeConfigInput } from '../architectures/vaeConfig'
import { constant, createGraph, input, scalar } from '../ir'
import { klPerUnit } from '../losses/kl'
import { vaeLossSchema } from '../losses/latentConfig'
import { squaredErrors } from '../losses/reconstruction'
import { vaeLoss } from '../losses/vae'
import { reduceSum } from '../ops'
import { optimizerSchema } from '../optimizers/config'
import { blobs, expectSequence, randomInputs, runOnce, trainOnBatch } from '../testing/batches'
import { runGraph } from '../testing/run'
import { vaePrograms } from './vae'

const BATCH = 8
const image = blobs([8, 8], BATCH)
const optimizer = optimizerSchema.parse({ kind: 'adam', learningRate: 1e-2 })
/** The same images, each as a cube of 4. */
const VOLUMES: VaeConfigInput = {
  shape: [1, 4, 4, 4],
  latent: 4,
  network: { kind: 'convolutional', width: 8, depth: 1 },
}
const SMALL = { shape: [1, 8, 8], latent: 4, network: { kind: 'dense' as const, widths: [32] } }

async function train(model: VaeConfigInput, loss: object = {}, steps = 150) {
  const config = vaeConfigSchema.parse(model)
  const programs = vaePrograms({ model: config, loss: vaeLossSchema.parse(loss), optimizer, batch: BATCH })
  return { config, programs, ...(await trainOnBatch(programs, { image }, steps)) }
}

describe('a VAE', () => {
  it.each<[string, VaeConfigInput]>([
    ['dense', SMALL],
    ['dense with full covariance', { ...SMALL, covariance: 'full' }],
    ['convolutional', { ...SMALL, network: { kind: 'convolutional', width: 4, depth: 2 } }],
    [
      'convolutional with a hidden layer',
      { ...SMALL, network: { kind: 'convolutional', width: 4, depth: 2, hidden: 16 } },
    ],
    ['convolutional in 3-D', VOLUMES],
    ['convolutional in 3-D with full covariance', { ...VOLUMES, covariance: 'full' }],
    ['Bernoulli', { ...SMALL, likelihood: 'bernoulli' }],
  ])('lowers its loss on one batch: %s', async (_, model) => {
    const { rows, losses, programs, state } = await train(model, { beta: 0.1 })
    expect(losses.at(-1)).toBeLessThan(0.75 * losses[0]!)
    const last = rows.at(-1)!
    expect(last.loss![0]).toBeCloseTo(last.reconstruction![0]! + 0.1 * last.kl![0]!, 3)
    const { output } = await runOnce(programs.reconstruct(), state, { image })
    const error = output!.reduce((sum, value, i) => sum + (value - image[i]!) ** 2, 0)
    expect(error).toBeLessThan(0.35 * image.reduce((sum, value) => sum + value ** 2, 0))
  })

  // Error 0.01 per pixel of 64 x 64 sums to 40.96; 16 units of mean 0.1 and log variance 0 cost 16 * 0.005 nats.
  it.each([1, 8])('balances its terms alike for a batch of %i', async batch => {
    for (const beta of [0.5, 1, 4]) {
      const pixels = input('pixels', 'float32', [batch, 1, 64, 64])
      const errors = squaredErrors(pixels, scalar(0))
      const perUnit = klPerUnit(
        constant(new Float32Array(batch * 16).fill(0.1), [batch, 16]),
        constant(new Float32Array(batch * 16), [batch, 16]),
      )
      const { total, kl } = vaeLoss(
        vaeLossSchema.parse({ beta }),
        errors,
        { perUnit, perSample: reduceSum(perUnit, { axes: [1] }), separable: true },
        null,
      )
      const result = await runGraph(createGraph({ pixels }, { total, kl }), {
        pixels: new Float32Array(batch * 4096).fill(0.1),
      })
      expect(result.total!.data[0]).toBeCloseTo(40.96 + beta * 0.08, 3)
      expect(result.kl!.data[0]).toBeCloseTo(0.08, 5)
    }
  })

  it.each(['diagonal', 'full'] as const)(
    'stays finite when its %s encoder asks for a log variance of 100',
    async covariance => {
      const config = vaeConfigSchema.parse({ ...SMALL, covariance })
      const programs = vaePrograms({ model: config, loss: vaeLossSchema.parse({}), optimizer, batch: BATCH })
      const initialState = (seed: number) => {
        const state = new Map(programs.initialState(seed))
        const name = covariance === 'diagonal' ? 'encoder.logVariance.bias' : 'encoder.factor.bias'
        return state.set(
          name,
          state.get(name)!.map(() => 100),
        )
      }
      const { rows, state } = await trainOnBatch({ train: programs.train, initialState }, { image }, 2)
      expect(rows.every(row => Number.isFinite(row.loss![0]) && Number.isFinite(row.gradientNorm![0]))).toBe(true)
      expect([...state.values()].every(data => data.every(Number.isFinite))).toBe(true)
    },
  )

  it('warms beta up from nothing', async () => {
    const { rows } = await train(SMALL, { beta: 2, warmupSteps: 4 }, 6)
    expect(rows.map(row => row.beta![0])).toEqual([0, 0.5, 1, 1.5, 2, 2])
  })

  it('lets free bits cost nothing', async () => {
    const [bound, free] = [await train(SMALL, { beta: 4 }), await train(SMALL, { beta: 4, freeBits: 1 })]
    expect(free.rows.at(-1)!.kl![0]).toBeGreaterThan(bound.rows.at(-1)!.kl![0]!)
  })

  it('evaluates with beta in full, encodes and draws from the prior', async () => {
    const { programs, state, config } = await train(
      { ...SMALL, covariance: 'full' },
      { beta: 1, warmupSteps: 1000 },
      20,
    )
    const evaluate = programs.evaluate(BATCH)
    const result = await runOnce(evaluate, state, { image, ...randomInputs(evaluate, 3)() })
    expect(result.loss![0]).toBeCloseTo(result.reconstruction![0]! + result.kl![0]!, 3)
    const encoded = await runOnce(programs.encode(), state, { image })
    expect(encoded.code).toEqual(result.code)
    expect(encoded.factor!.length).toBe(BATCH * 10)
    // The first unit's variance is the square of the factor's first entry.
    expect(Math.exp(encoded.logVariance![0]!)).toBeCloseTo(encoded.factor![0]! ** 2, 5)

    const sampler = programs.sample(3)
    const noise = randomInputs(sampler, 3)().noise!
    const { output } = await runOnce(sampler, state, { noise })
    expect(output).toEqual((await runOnce(programs.decode(), state, { code: noise })).output)
    expect(output!.length).toBe(3 * 64)
    expect(config.latent * 3).toBe(noise.length)
  })

  it('gives bit-equal runs for one seed and the losses it always did', async () => {
    const [a, b] = [await train(SMALL, {}, 4), await train(SMALL, {}, 4)]
    expect(b.state).toEqual(a.state)
    expectSequence(a.losses, [12.05142, 9.80114, 9.00193, 7.77392])
  })

  it.each<[string, VaeConfigInput, readonly number[]]>([
    ['full covariance', { ...SMALL, covariance: 'full' }, [12.34044, 10.41959, 9.52242, 8.31709]],
    [
      'convolutional',
      { ...SMALL, network: { kind: 'convolutional', width: 4, depth: 2 } },
      [14.04551, 11.03202, 9.3824, 8.33648],
    ],
    ['convolutional in 3-D', VOLUMES, [12.50679, 7.74634, 7.28612, 6.78715]],
    ['Bernoulli', { ...SMALL, likelihood: 'bernoulli' }, [52.3485, 47.10396, 45.08984, 42.91863]],
  ])('reports the losses it always did: %s', async (_, model, losses) => {
    const [a, b] = [await train(model, {}, 4), await train(model, {}, 4)]
    expect(b.state).toEqual(a.state)
    expectSequence(a.losses, losses)
  })
})
