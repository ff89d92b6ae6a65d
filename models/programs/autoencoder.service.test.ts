import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import {
  autoencoderConfigSchema,
  type AutoencoderConfigInput,
  type DenseAutoencoderConfig,
} from '../architectures/autoencoderConfig'
import { connectionsOf } from '../architectures/connections'
import { autoencoderLossSchema } from '../losses/latentConfig'
import { optimizerSchema } from '../optimizers/config'
import { blobs, expectSequence, runOnce, trainOnBatch } from '../testing/batches'
import { autoencoderPrograms, exportAutoencoder } from './autoencoder'

const BATCH = 8
const image = blobs([8, 8], BATCH)
const optimizer = optimizerSchema.parse({ kind: 'adam', learningRate: 1e-2 })

const DENSE = { kind: 'dense' as const, shape: [1, 8, 8], widths: [32, 8] }
const CONVOLUTIONAL = { kind: 'convolutional' as const, shape: [1, 8, 8], width: 4, depth: 2, code: 8 }

async function train(model: AutoencoderConfigInput, loss: object = {}, steps = 200) {
  const config = autoencoderConfigSchema.parse(model)
  const programs = autoencoderPrograms({
    model: config,
    loss: autoencoderLossSchema.parse(loss),
    optimizer,
    batch: BATCH,
  })
  return { config, programs, ...(await trainOnBatch(programs, { image }, steps)) }
}

describe('an autoencoder', () => {
  it.each<[string, AutoencoderConfigInput, object?]>([
    ['dense', DENSE],
    ['convolutional', CONVOLUTIONAL],
    ['convolutional in 3-D', { ...CONVOLUTIONAL, shape: [1, 4, 4, 4] }],
    ['with tied weights', { ...DENSE, tied: true, activation: 'tanh' }],
    ['with sparse connections', { ...DENSE, connections: 0.4 }],
    ['with unit-norm decoder columns', { ...DENSE, unitNormDecoder: true }],
    ['trained by cross entropy', DENSE, { reconstruction: 'crossEntropy' }],
    ['trained on corrupted input', DENSE, { corruption: { kind: 'gaussian', std: 0.05 } }],
  ])('overfits one batch: %s', async (_, model, loss) => {
    const { rows, programs, state } = await train(model, loss)
    // Of grey targets cross entropy leaves their own entropy: what counts is the squared error.
    const { output } = await runOnce(programs.reconstruct(), state, { image })
    expect(meanSquaredError(output!, image)).toBeLessThan(0.1 * variance(image))
    expect(rows.every(row => row.gradientNorms!.every(Number.isFinite))).toBe(true)
  })

  it('keeps the asked share of its connections', async () => {
    const { state, config, programs } = await train({ ...DENSE, connections: 0.25 }, {}, 3)
    const layers = connectionsOf(config as DenseAutoencoderConfig)
    expect(layers.map(({ scope }) => scope)).toEqual(['encoder.0', 'decoder.0', 'encoder.1', 'decoder.1'])
    for (const { scope, kept, of } of layers) {
      expect(state.get(`${scope}.mask`)!.reduce((sum, value) => sum + value, 0)).toBe(kept)
      expect(state.get(`${scope}.weight`)).toHaveLength(of)
    }
    const kept = layers.reduce((sum, layer) => sum + layer.kept, 0)
    expect(Math.abs(kept / (2 * (64 * 32 + 32 * 8)) - 0.25)).toBeLessThan(0.01)
    // A step reads its masks and never makes new ones.
    expect(programs.train.state.filter(({ name }) => name.endsWith('.mask')).every(({ next }) => next === null)).toBe(
      true,
    )
  })

  it('is pushed towards sparse codes by an L1 penalty', async () => {
    const model = { ...DENSE, widths: [64], codeActivation: 'relu' as const, unitNormDecoder: true }
    const activity = async (lambda: number) => {
      const { programs, state } = await train(model, { activationL1: lambda })
      const { code } = await runOnce(programs.encode(), state, { image })
      return code!.reduce((sum, value) => sum + Math.abs(value), 0)
    }
    expect(await activity(1)).toBeLessThan(0.5 * (await activity(0)))
  })

  it('reaches a target activation rate', async () => {
    const { programs, state } = await train(
      { ...DENSE, codeActivation: 'sigmoid' },
      { rate: { target: 0.1, weight: 10 } },
    )
    const { code } = await runOnce(programs.encode(), state, { image })
    expect(code!.reduce((sum, value) => sum + value, 0) / code!.length).toBeCloseTo(0.1, 1)
  })

  it('encodes, decodes and reconstructs alike, in programs and in exported models', async () => {
    const { config, programs, state } = await train(DENSE, {}, 20)
    const { code } = await runOnce(programs.encode(), state, { image })
    const { output } = await runOnce(programs.decode(), state, { code: code! })
    const whole = await runOnce(programs.reconstruct(), state, { image })
    const evaluated = await runOnce(programs.evaluate(BATCH), state, { image })
    expect(output).toEqual(whole.output)
    expect(evaluated.output).toEqual(whole.output)
    expect(evaluated.errors).toEqual(whole.errors)
    const mean = whole.errors!.reduce((sum, error) => sum + error, 0) / BATCH
    expect(evaluated.reconstruction![0]).toBeCloseTo(mean, 5)

    const session = await InferenceSession.create(exportAutoencoder('model', config, state, {}).model, {
      logSeverityLevel: 3,
    })
    const exported = await session.run({ image: new Tensor('float32', image.slice(0, 64 * 3), [3, 1, 8, 8]) })
    await session.release()
    expect(exported.output!.dims).toEqual([3, 1, 8, 8])
    expect(meanSquaredError(exported.output!.data as Float32Array, output!.slice(0, 64 * 3))).toBeLessThan(1e-10)
  })

  it('reports the losses it always did', async () => {
    const dense = await train(DENSE, {}, 4)
    const convolutional = await train(CONVOLUTIONAL, {}, 4)
    expectSequence(dense.losses, [9.334, 7.92, 7.214, 6.457])
    expectSequence(convolutional.losses, [8.8062, 8.46848, 8.23866, 7.9349])
  })

  it.each<[string, AutoencoderConfigInput, object, readonly number[]]>([
    ['convolutional in 3-D', { ...CONVOLUTIONAL, shape: [1, 4, 4, 4] }, {}, [8.40865, 7.23619, 6.35257, 6.14582]],
    ['with tied weights', { ...DENSE, tied: true, activation: 'tanh' }, {}, [8.58109, 8.01612, 7.60894, 7.02179]],
    ['with sparse connections', { ...DENSE, connections: 0.4 }, {}, [10.05031, 8.93338, 8.25103, 7.86236]],
    [
      'with sparse codes',
      { ...DENSE, unitNormDecoder: true },
      { activationL1: 0.1 },
      [8.91326, 8.39849, 8.09144, 7.70833],
    ],
    [
      'on corrupted input',
      DENSE,
      { corruption: { kind: 'gaussian', std: 0.05 } },
      [9.36851, 7.89331, 7.20722, 6.36692],
    ],
  ])('gives bit-equal runs for one seed and the losses it always did: %s', async (_, model, loss, losses) => {
    const [a, b] = [await train(model, loss, 4), await train(model, loss, 4)]
    expect(b.state).toEqual(a.state)
    expect(b.losses).toEqual(a.losses)
    expectSequence(a.losses, losses)
  })

  it('refuses penalties that its activations do not fit', () => {
    const attempt = (loss: object, model: AutoencoderConfigInput) => () =>
      autoencoderPrograms({
        model: autoencoderConfigSchema.parse(model),
        loss: autoencoderLossSchema.parse(loss),
        optimizer,
        batch: 1,
      })
    expect(attempt({ rate: { weight: 1 } }, DENSE)).toThrow(/codeActivation to "sigmoid"/)
    expect(attempt({ reconstruction: 'crossEntropy' }, { ...DENSE, outputActivation: 'identity' })).toThrow(
      /outputActivation "sigmoid"/,
    )
    expect(attempt({}, { ...CONVOLUTIONAL, shape: [1, 10, 8] })).toThrow(/10 is no multiple of 4/)
  })
})

const meanSquaredError = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}
