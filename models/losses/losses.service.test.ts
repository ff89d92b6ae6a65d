// Losses against numbers worked out by hand.
import { describe, expect, it } from 'vitest'
import { diagonalPosterior, fullPosterior, sample } from '../architectures/vae'
import { constant, createGraph, input, type Value } from '../ir'
import { divergenceOf } from '../programs/vae'
import { runGraph } from '../testing/run'
import { segmentationLoss } from './segmentation'
import { segmentationLossSchema, type SegmentationLossInput } from './segmentationConfig'
import { activationL1, rateDivergence } from './sparsity'
import type { Head } from './target'

const tensor = (values: readonly number[], shape: readonly number[]) => constant(Float32Array.from(values), shape)

async function evaluate(outputs: Record<string, Value>): Promise<Record<string, number[]>> {
  const dummy = input('dummy', 'float32', [1])
  const results = await runGraph(createGraph({ dummy }, outputs), { dummy: new Float32Array(1) })
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]]))
}

/** Four voxels, two classes. Probabilities of class 1 are 1/2, 1/2, 4/5, 1/5. */
const SOFT_LOGITS = [0, 0, 0, 0, 0, 0, Math.log(4), -Math.log(4)]
const SIGMOID_LOGITS = SOFT_LOGITS.slice(4)
const TRUTH = [1, 0, 1, 0]

async function lossOf(
  config: SegmentationLossInput,
  { head = 'softmax', truth = TRUTH, weight = [1, 1, 1, 1] }: { head?: Head; truth?: number[]; weight?: number[] } = {},
) {
  const logits = head === 'softmax' ? tensor(SOFT_LOGITS, [1, 2, 2, 2]) : tensor(SIGMOID_LOGITS, [1, 1, 2, 2])
  const target = head === 'softmax' ? constant(Int32Array.from(truth), [1, 2, 2]) : tensor(truth, [1, 1, 2, 2])
  const { total } = segmentationLoss(
    segmentationLossSchema.parse(config),
    head,
    logits,
    target,
    tensor(weight, [1, 2, 2]),
  )
  return (await evaluate({ total })).total![0]!
}

describe('segmentation losses', () => {
  // -log of 1/2, 1/2, 4/5, 4/5.
  const [half, sure] = [Math.log(2), Math.log(5 / 4)]

  it.each(['softmax', 'sigmoid'] as const)('cross entropy is the weighted mean of -log p (%s)', async head => {
    expect(await lossOf({ kind: 'crossEntropy' }, { head })).toBeCloseTo((2 * half + 2 * sure) / 4, 5)
    expect(await lossOf({ kind: 'crossEntropy' }, { head, weight: [1, 0, 3, 0] })).toBeCloseTo((half + 3 * sure) / 4, 5)
  })

  it('cross entropy weighs classes as PyTorch does', async () => {
    expect(await lossOf({ kind: 'crossEntropy', classWeights: [1, 3] })).toBeCloseTo(
      (half + 3 * half + 3 * sure + sure) / 8,
      5,
    )
  })

  it.each(['softmax', 'sigmoid'] as const)('Dice is 1 - (2 TP + s) / (P + T + s) (%s)', async head => {
    // TP = 1/2 + 4/5, P = 2, T = 2.
    expect(await lossOf({ kind: 'dice', smooth: 1 }, { head })).toBeCloseTo(1 - (2.6 + 1) / 5, 5)
    // Only the third voxel counts.
    expect(await lossOf({ kind: 'dice', smooth: 1 }, { head, weight: [0, 0, 1, 0] })).toBeCloseTo(
      1 - (1.6 + 1) / 2.8,
      5,
    )
  })

  it('Dice of an absent class costs the probability spent on it', async () => {
    expect(await lossOf({ kind: 'dice', smooth: 1 }, { truth: [0, 0, 0, 0] })).toBeCloseTo(1 - 1 / 3, 5)
  })

  it('Tversky weighs false positives and false negatives', async () => {
    // TP = 1.3, FP = 0.7, FN = 0.7.
    expect(await lossOf({ kind: 'tversky', alpha: 0.3, beta: 0.7, smooth: 1 })).toBeCloseTo(
      1 - 2.3 / (1.3 + 0.7 + 1),
      5,
    )
    expect(await lossOf({ kind: 'tversky', alpha: 0.5, beta: 0.5, smooth: 0.5 })).toBeCloseTo(
      await lossOf({ kind: 'dice', smooth: 1 }),
      5,
    )
  })

  it.each(['softmax', 'sigmoid'] as const)(
    'focal loss is cross entropy at gamma 0, and (1 - p)^gamma of it above (%s)',
    async head => {
      expect(await lossOf({ kind: 'focal', gamma: 0 }, { head })).toBeCloseTo(
        await lossOf({ kind: 'crossEntropy' }, { head }),
        5,
      )
      expect(await lossOf({ kind: 'focal', gamma: 2 }, { head })).toBeCloseTo(
        (2 * 0.25 * half + 2 * 0.04 * sure) / 4,
        5,
      )
    },
  )

  it('counts nothing as nothing', async () => {
    for (const kind of ['crossEntropy', 'dice', 'diceCrossEntropy', 'focal', 'tversky'] as const)
      expect(await lossOf({ kind }, { weight: [0, 0, 0, 0] }), kind).toBe(0)
  })

  it('refuses class weights of another number of classes', async () => {
    await expect(lossOf({ kind: 'crossEntropy', classWeights: [1, 2, 3] })).rejects.toThrow(
      /3 class weights for 2 classes/,
    )
  })
})

describe('KL from the standard normal', () => {
  it('is zero for the prior itself', async () => {
    const zeros = (columns: number) => tensor(new Array<number>(columns).fill(0), [1, columns])
    const diagonal = divergenceOf(diagonalPosterior(zeros(3), zeros(3))).perSample
    const whole = divergenceOf(fullPosterior(zeros(3), zeros(6))).perSample
    expect(await evaluate({ diagonal, whole })).toEqual({ diagonal: [0], whole: [0] })
  })

  it('agrees between both forms where the factor is diagonal', async () => {
    const mean = tensor([0.3, -1.2], [1, 2])
    const diagonal = divergenceOf(diagonalPosterior(mean, tensor([0.8, -0.6], [1, 2])))
    const whole = divergenceOf(fullPosterior(mean, tensor([0.4, 0, -0.3], [1, 3])))
    const result = await evaluate({
      diagonal: diagonal.perSample,
      whole: whole.perSample,
      a: diagonal.perUnit,
      b: whole.perUnit,
    })
    expect(result.whole![0]).toBeCloseTo(result.diagonal![0]!, 6)
    result.a!.forEach((value, i) => expect(result.b![i]).toBeCloseTo(value, 6))
  })

  it('follows 1/2 (tr + mu mu - d - log det) for a correlated covariance', async () => {
    // L = [[2, 0], [1, 1]], covariance [[4, 2], [2, 2]], determinant 4.
    const posterior = fullPosterior(tensor([1, 2], [1, 2]), tensor([Math.log(2), 1, 0], [1, 3]))
    const noise = tensor([0.5, -1], [1, 2])
    const { kl, point } = await evaluate({ kl: divergenceOf(posterior).perSample, point: sample(posterior, noise) })
    expect(kl![0]).toBeCloseTo(0.5 * (6 + 5 - 2 - Math.log(4)), 5)
    // mean + L noise
    expect(point![0]).toBeCloseTo(1 + 2 * 0.5, 5)
    expect(point![1]).toBeCloseTo(2 + 0.5 - 1, 5)
  })
})

describe('sparsity', () => {
  it('sums |a| over units and averages over the batch', async () => {
    const { l1 } = await evaluate({ l1: activationL1(tensor([1, -2, 0, 3], [2, 2])) })
    expect(l1).toEqual([3])
  })
  it('is zero at the target rate and finite for dead and saturated units', async () => {
    const { met, dead } = await evaluate({
      met: rateDivergence(tensor([0.1, 0.3, 0.3, 0.1], [2, 2]), 0.2),
      dead: rateDivergence(tensor([0, 1], [1, 2]), 0.2),
    })
    expect(met![0]).toBeCloseTo(0, 6)
    expect(dead![0]).toBeGreaterThan(1)
    expect(Number.isFinite(dead![0])).toBe(true)
  })
})
