// Layers that behave differently in training: batch normalisation, dropout; and masks that stay.
import { describe, expect, it } from 'vitest'
import { inScope, input } from '../ir'
import { reduceSum, scalar, mul } from '../ops'
import { optimizerSchema } from '../optimizers/config'
import { compileReading } from '../programs/reading'
import { compileTraining } from '../programs/training'
import { runOnce } from '../testing/batches'
import { createStepper } from '../testing/stepper'
import { dense } from './dense'
import { dropout } from './dropout'
import { normalise } from './normalisation'

const sgd = optimizerSchema.parse({ kind: 'sgd', learningRate: 0.1 })

describe('batch normalisation', () => {
  // One channel, values 1, 3, 5, 7: mean 4, unbiased variance 20/3.
  const x = Float32Array.from([1, 3, 5, 7])

  it('moves its running mean and variance by a tenth towards the batch', async () => {
    const { program, initialState } = compileTraining(context => {
      const image = input('image', 'float32', [2, 1, 1, 2])
      return { inputs: { image }, loss: reduceSum(inScope('norm', () => normalise(context, 'batch', image, 1))) }
    }, sgd)
    const stepper = await createStepper(program, initialState(1))
    await stepper.run({ image: x })
    const state = stepper.state()
    await stepper.release()
    expect(state.get('norm.runningMean')![0]).toBeCloseTo(0.4, 6)
    expect(state.get('norm.runningVariance')![0]).toBeCloseTo(0.9 + (0.1 * 20) / 3, 6)
  })

  it('reads them when it is not training', async () => {
    const program = compileReading('evaluate', context => {
      const image = input('image', 'float32', [2, 1, 1, 2])
      return { inputs: { image }, outputs: { y: inScope('norm', () => normalise(context, 'batch', image, 1)) } }
    })
    const one = (value: number) => Float32Array.of(value)
    const state = new Map([
      ['norm.weight', one(2)],
      ['norm.bias', one(0.5)],
      ['norm.runningMean', one(3)],
      ['norm.runningVariance', one(4)],
    ])
    const { y } = await runOnce(program, state, { image: x })
    x.forEach((value, i) => expect(y![i]).toBeCloseTo((2 * (value - 3)) / 2 + 0.5, 4))
  })
})

describe('dropout', () => {
  it('drops the channels whose noise is below the rate and scales the others', async () => {
    const { program, initialState } = compileTraining(context => {
      const image = input('image', 'float32', [1, 3, 1, 2])
      const y = inScope('drop', () => dropout(context, image, 0.5))
      return {
        inputs: { image },
        loss: mul(reduceSum(y), context.parameter('p', [], { kind: 'constant', value: 1 })),
        outputs: { y },
      }
    }, sgd)
    expect(program.inputs.map(({ name, random }) => [name, random])).toEqual([
      ['image', undefined],
      ['drop.dropout', 'uniform'],
    ])
    const stepper = await createStepper(program, initialState(1))
    const { y } = await stepper.run({
      image: Float32Array.from([1, 2, 3, 4, 5, 6]),
      'drop.dropout': Float32Array.from([0.2, 0.5, 0.9]),
    })
    await stepper.release()
    expect([...y!]).toEqual([0, 0, 6, 8, 10, 12])
  })

  it('adds nothing at rate 0 and outside of training', () => {
    const program = compileReading('evaluate', context => {
      const image = input('image', 'float32', [1, 3, 1, 2])
      return { inputs: { image }, outputs: { y: mul(dropout(context, image, 0.5), scalar(1)) } }
    })
    expect(program.inputs.map(({ name }) => name)).toEqual(['image'])
  })
})

describe('masked connections', () => {
  it('get no gradient and never change', async () => {
    const { program, initialState } = compileTraining(context => {
      const x = input('x', 'float32', [2, 10])
      const y = inScope('layer', () => dense(context, x, 4, { connections: 0.3 }))
      return { inputs: { x }, loss: reduceSum(mul(y, y)) }
    }, sgd)
    const initial = initialState(3)
    const stepper = await createStepper(program, initial)
    await stepper.run({ x: Float32Array.from({ length: 20 }, (_, i) => i / 20) })
    const state = stepper.state()
    await stepper.release()
    const [before, after, mask] = [initial.get('layer.weight')!, state.get('layer.weight')!, state.get('layer.mask')!]
    expect(mask).toEqual(initial.get('layer.mask'))
    mask.forEach((kept, i) => expect(after[i] === before[i]).toBe(kept === 0))
    expect(mask.reduce((sum, kept) => sum + kept, 0)).toBe(12)
  })
})
