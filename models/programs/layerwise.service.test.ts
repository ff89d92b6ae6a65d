import { describe, expect, it } from 'vitest'
import { autoencoderConfigSchema, type DenseAutoencoderConfig } from '../architectures/autoencoderConfig'
import { connectionsOf } from '../architectures/connections'
import { vaeConfigSchema } from '../architectures/vaeConfig'
import { autoencoderLossSchema } from '../losses/latentConfig'
import { optimizerSchema } from '../optimizers/config'
import { blobs, expectSequence, runOnce, trainOnBatch } from '../testing/batches'
import { autoencoderPrograms } from './autoencoder'
import { classifierPrograms } from './classifier'
import { layerwiseStages, stackStages } from './layerwise'
import type { StateValues } from './types'

const BATCH = 8
const image = blobs([8, 8], BATCH)
const optimizer = optimizerSchema.parse({ kind: 'adam', learningRate: 1e-2, averageDecay: 0.9 })
const programsOf = (model: DenseAutoencoderConfig) =>
  autoencoderPrograms({ model, loss: autoencoderLossSchema.parse({}), optimizer, batch: BATCH })

const STACK = autoencoderConfigSchema.parse({
  kind: 'dense',
  shape: [1, 8, 8],
  widths: [32, 16, 8],
  activation: 'sigmoid',
}) as DenseAutoencoderConfig

/** Every stage trained on the codes of the one before. */
async function trainStages(steps: number): Promise<StateValues[]> {
  const states: StateValues[] = []
  let data = image
  for (const { layer, model } of layerwiseStages(STACK)) {
    const programs = programsOf(model)
    const { state } = await trainOnBatch(programs, { image: data }, steps, layer)
    data = (await runOnce(programs.encode(), state, { image: data })).code as Float32Array<ArrayBuffer>
    states.push(state)
  }
  return states
}

describe('layerwise training', () => {
  it('has one stage a layer, each on the codes of the one before', () => {
    expect(
      layerwiseStages(STACK).map(({ model }) => [
        model.shape,
        model.widths,
        model.codeActivation,
        model.outputActivation,
      ]),
    ).toEqual([
      [[1, 8, 8], [32], 'sigmoid', 'sigmoid'],
      [[32], [16], 'sigmoid', 'sigmoid'],
      [[16], [8], 'identity', 'sigmoid'],
    ])
  })

  it('gives each stage the connections that its layer has in the stack; pruning waits for the whole', () => {
    const of = (connectionsBy: 'draw' | 'pruning') =>
      layerwiseStages({ ...STACK, connections: 0.2, connectionsBy }).map(({ model }) => connectionsOf(model))
    const stack = connectionsOf({ ...STACK, connections: 0.2 })
    const placed = of('draw').flatMap((layers, n) =>
      layers.map(({ scope, ...counts }) => ({ scope: scope.replace('0', `${n}`), ...counts })),
    )
    expect(placed).toEqual(stack)
    expect(
      of('pruning')
        .flat()
        .every(({ kept, of: all }) => kept === all),
    ).toBe(true)
  })

  it('stacks into a network that encodes as its stages do and beats a random start', async () => {
    const states = await trainStages(150)
    const whole = programsOf(STACK)
    const random = whole.initialState(1)
    const stacked = stackStages(states, random)
    expect(stacked.get('average.encoder.1.weight')).toEqual(states[1]!.get('encoder.0.weight'))

    const before = await runOnce(whole.evaluate(BATCH), random, { image })
    const after = await runOnce(whole.evaluate(BATCH), stacked, { image })
    expect(after.loss![0]).toBeLessThan(0.5 * before.loss![0]!)
    // The code of the stack is the code of the last stage fed by the others.
    const stages = layerwiseStages(STACK)
    let data: Float32Array = image
    for (const [i, { model }] of stages.entries())
      data = (await runOnce(programsOf(model).encode(), states[i]!, { image: data })).code!
    expect(after.code).toEqual(data)
  })

  it('refuses stages of another stack', async () => {
    const narrow = programsOf({ ...STACK, widths: [16, 8] })
    const stage = programsOf(layerwiseStages(STACK)[0]!.model)
    expect(() => stackStages([stage.initialState(1)], narrow.initialState(1))).toThrow(
      /no place for encoder\.0\.weight/,
    )
  })
})

describe('a classifier on an encoder', () => {
  const target = Int32Array.from({ length: BATCH }, (_, i) => i % 3)
  const feeds = { image, target, weight: new Float32Array(BATCH).fill(1) }
  const options = {
    encoder: { task: 'autoencoder', model: STACK },
    classes: 3,
    classWeights: null,
    optimizer,
    batch: BATCH,
  } as const

  it('learns labels with the encoder, which changes', async () => {
    const programs = classifierPrograms({ ...options, frozenEncoder: false })
    const { state, losses } = await trainOnBatch(programs, feeds, 150)
    expect(losses.at(-1)).toBeLessThan(0.1)
    expect(state.get('encoder.0.weight')).not.toEqual(programs.initialState(7).get('encoder.0.weight'))
    const { probabilities } = await runOnce(programs.classify(), state, { image })
    target.forEach((label, i) => expect(probabilities![3 * i + label]).toBeGreaterThan(0.8))
  })

  it('leaves a frozen encoder as it was', async () => {
    const programs = classifierPrograms({ ...options, frozenEncoder: true })
    const { state, losses, rows } = await trainOnBatch(programs, feeds, 20)
    expect(losses.at(-1)).toBeLessThan(losses[0]!)
    for (const [name, value] of programs.initialState(7))
      if (name.startsWith('encoder.')) expect(state.get(name)).toEqual(value)
    expect(rows[0]!.gradientNorms).toHaveLength(2)
  })

  it.each([
    [false, [1.38512, 1.17036, 1.08615, 1.10713]],
    [true, [1.38512, 1.35674, 1.32935, 1.30306]],
  ])('gives bit-equal runs for one seed and the losses it always did: frozen %s', async (frozenEncoder, losses) => {
    const programs = classifierPrograms({ ...options, frozenEncoder })
    const [a, b] = [await trainOnBatch(programs, feeds, 4), await trainOnBatch(programs, feeds, 4)]
    expect(b.state).toEqual(a.state)
    expectSequence(a.losses, losses)
  })

  it('works on the mean of a VAE', async () => {
    const model = vaeConfigSchema.parse({ shape: [1, 8, 8], latent: 4, network: { kind: 'dense', widths: [16] } })
    const programs = classifierPrograms({ ...options, encoder: { task: 'vae', model }, frozenEncoder: false })
    const { losses } = await trainOnBatch(programs, feeds, 150)
    expect(losses.at(-1)).toBeLessThan(0.2)
  })
})
