// Programs against the textbook in float64.
import { describe, expect, it } from 'vitest'
import { descend, type Quadratic } from '../testing/quadratic'
import { optimizerSchema, scheduleSchema, type OptimizerInput } from './config'
import { scheduleFactor } from './schedule'

const BOWL: Quadratic = { start: [0.5, -1, 2], a: [1, 3, 0.5], c: [1.5, -2, 0] }
const STEPS = 8

/** One parameter's rule: gradient, value and step from 1, to the new value. */
type Rule = (gradient: number, p: number, step: number) => number

function textbook({ start, a, c }: Quadratic, rule: () => Rule): number[][] {
  const rules = start.map(rule)
  let p = [...start]
  return Array.from(
    { length: STEPS },
    (_, i) => (p = p.map((value, k) => rules[k]!(a[k]! * (value - c[k]!), value, i + 1))),
  )
}

// Kingma & Ba 2014, algorithm 1; decay decoupled as in Loshchilov & Hutter 2019, algorithm 2.
const adamRule = (rate: number, l2: number, decoupled: number) => (): Rule => {
  let [m, v] = [0, 0]
  return (gradient, p, step) => {
    const g = gradient + l2 * p
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    const [mHat, vHat] = [m / (1 - 0.9 ** step), v / (1 - 0.999 ** step)]
    return p - rate * decoupled * p - (rate * mHat) / (Math.sqrt(vHat) + 1e-8)
  }
}

const sgdRule = (rate: number, momentum: number, nesterov: boolean, l2: number) => (): Rule => {
  let velocity = 0
  return (gradient, p) => {
    const g = gradient + l2 * p
    velocity = momentum * velocity + g
    return p - rate * (nesterov ? g + momentum * velocity : velocity)
  }
}

describe('optimisers', () => {
  it.each<[string, OptimizerInput, () => Rule]>([
    ['SGD', { kind: 'sgd', learningRate: 0.1 }, sgdRule(0.1, 0, false, 0)],
    [
      'SGD with momentum and decay',
      { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
      sgdRule(0.1, 0.9, false, 0.01),
    ],
    [
      'SGD with Nesterov',
      { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
      sgdRule(0.1, 0.9, true, 0),
    ],
    ['Adam', { kind: 'adam', learningRate: 0.1 }, adamRule(0.1, 0, 0)],
    ['Adam with L2', { kind: 'adam', learningRate: 0.1, weightDecay: 0.05 }, adamRule(0.1, 0.05, 0)],
    ['AdamW', { kind: 'adamW', learningRate: 0.1, weightDecay: 0.05 }, adamRule(0.1, 0, 0.05)],
  ])('%s steps as the textbook says', async (_, input, rule) => {
    const { path, state } = await descend(BOWL, optimizerSchema.parse(input), STEPS)
    expectClose(path, textbook(BOWL, rule))
    expect([...state.get('optimizer.step')!]).toEqual([STEPS])
  })

  it('takes the first step of Adam at exactly the learning rate', async () => {
    const { path } = await descend(BOWL, optimizerSchema.parse({ kind: 'adam', learningRate: 0.25 }), 1)
    expectClose(path, [[0.75, -1.25, 1.75]])
  })

  it('reports the gradient norm before clipping and steps by the clipped one', async () => {
    // Gradient (-3, 4): norm 5, clipped to length 1 it is (-0.6, 0.8).
    const corner: Quadratic = { start: [0, 0], a: [1, 1], c: [3, -4] }
    const { path, rows } = await descend(
      corner,
      optimizerSchema.parse({ kind: 'sgd', learningRate: 1, clipNorm: 1 }),
      1,
    )
    expect(rows[0]!.gradientNorm).toBeCloseTo(5, 5)
    expectClose(path, [[0.6, -0.8]])
  })

  it('leaves gradients below the norm alone, and zero ones zero', async () => {
    const resting: Quadratic = { start: [1], a: [1], c: [1] }
    const { path, rows } = await descend(resting, optimizerSchema.parse({ kind: 'adam', clipNorm: 1 }), 2)
    expect(path).toEqual([[1], [1]])
    expect(rows[0]!.gradientNorm).toBe(0)
    const config = { kind: 'sgd', learningRate: 0.1 } as const
    const [free, clipped] = [
      await descend(BOWL, optimizerSchema.parse(config), 3),
      await descend(BOWL, optimizerSchema.parse({ ...config, clipNorm: 100 }), 3),
    ]
    expect(clipped.path).toEqual(free.path)
  })

  it('keeps a moving average of the weights', async () => {
    const { path, state } = await descend(
      BOWL,
      optimizerSchema.parse({ kind: 'sgd', learningRate: 0.1, averageDecay: 0.5 }),
      2,
    )
    const expected = BOWL.start.map((start, k) => 0.25 * start + 0.25 * path[0]![k]! + 0.5 * path[1]![k]!)
    expectClose([[...state.get('average.p')!]], [expected])
  })

  it.each([
    scheduleSchema.parse({ kind: 'constant', warmupSteps: 3 }),
    scheduleSchema.parse({ kind: 'polynomial', totalSteps: 6, warmupSteps: 1 }),
    scheduleSchema.parse({ kind: 'cosine', totalSteps: 6, floor: 0.1 }),
  ])('follows the schedule $kind inside the program', async schedule => {
    const { rows } = await descend(BOWL, optimizerSchema.parse({ kind: 'sgd', learningRate: 0.02, schedule }), 9)
    rows.forEach((row, step) => expect(row.learningRate).toBeCloseTo(0.02 * scheduleFactor(schedule, step), 7))
  })
})

function expectClose(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]) {
  actual.forEach((row, i) => row.forEach((value, k) => expect(Math.abs(value - expected[i]![k]!)).toBeLessThan(2e-6)))
  expect(actual.length).toBe(expected.length)
}
