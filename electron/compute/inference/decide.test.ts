import { describe, expect, it } from 'vitest'
import { randomStream } from '#models/layers/random'
import { decisionOf, decisionScores } from './decide'
import { likeliestClasses } from './likeliest'

const random = randomStream(7, 'decide')
/** Probabilities of one label in voxels that are unsure: half of the mass below one half. */
const unsure = Float32Array.from({ length: 20_000 }, () => random.uniform() ** 2)

/** Expected Dice of what is predicted, for independent voxels, to first order. */
function expectedDice(probabilities: Float32Array, predicted: (n: number) => boolean): number {
  let [both, prediction, truth] = [0, 0, 0]
  probabilities.forEach((p, n) => {
    truth += p
    if (!predicted(n)) return
    both += p
    prediction += 1
  })
  return (2 * both) / (prediction + truth)
}

describe('deciding by expected Dice', () => {
  const thresholds = Array.from({ length: 99 }, (_, n) => (n + 1) / 100)
  const reached = thresholds.map(threshold => expectedDice(unsure, n => unsure[n]! > threshold))
  const best = Math.max(...reached)

  it('puts the threshold of one label at half of the Dice it reaches, where that is best', () => {
    expect(thresholds[reached.indexOf(best)]! - best / 2).toBeCloseTo(0, 1)
    const planes = [unsure.map(p => 1 - p), unsure.slice()]
    const classes = likeliestClasses(decisionScores(planes, [{ dice: best, share: 0.3 }]))
    expect(expectedDice(unsure, n => classes[n] === 1)).toBeCloseTo(best, 3)
    expect(best).toBeGreaterThan(expectedDice(unsure, n => unsure[n]! > 0.5) + 0.02)
  })

  it('gives a voxel between two labels to the small one once that is worth it', () => {
    const decision = [
      { dice: 0.96, share: 0.05 },
      { dice: 0.8, share: 0.005 },
    ]
    const decide = (...p: number[]): number =>
      likeliestClasses(
        decisionScores(
          p.map(value => Float32Array.of(value)),
          decision,
        ),
      )[0]!
    expect(decide(0.01, 0.55, 0.44)).toBe(2)
    expect(decide(0.01, 0.6, 0.39)).toBe(1)
    expect(decide(0.56, 0.05, 0.39)).toBe(0)
    expect(decide(0.5, 0.49, 0.01)).toBe(1)
    // Nobody is sure enough: nothing is claimed.
    expect(decide(0.3, 0.4, 0.3)).toBe(0)
  })

  it('is the likeliest class where a single label is judged perfect, and leaves probabilities alone without a rule', () => {
    const planes = [unsure.map(p => 1 - p), unsure.slice()]
    expect(decisionScores(planes, null)).toBe(planes)
    const likeliest = likeliestClasses(planes)
    expect(likeliestClasses(decisionScores(planes, decisionOf([1], [7, 3], [7, 3])))).toEqual(likeliest)
  })

  it('takes a label that was not judged at one half, an absent one as one pixel, and is no rule where one is hardly learnt', () => {
    expect(decisionOf([null, 0.8, 0], [90, 10, 0, 0], [5, 5, 5, 0])).toEqual([
      { dice: 1, share: 0.1 },
      { dice: 0.8, share: 0.01 },
      { dice: 1, share: 0.01 },
    ])
    expect(decisionOf([0.95, 0.59], [90, 10, 5], [5, 5, 5])).toBeNull()
  })
})
