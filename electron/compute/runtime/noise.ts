// Random inputs of a program (dropout, sampling), drawn from the run's seed and the step: every provider sees the same numbers.
import { randomStream } from '#models/layers/random'
import type { TensorSpec } from '#models/programs/types'
import type { Feeds } from './feeds'

/** @param step number of completed steps: resuming draws the same numbers without any saved state. */
export function noiseFeeds(inputs: readonly TensorSpec[], seed: number, step: number): Feeds {
  return Object.fromEntries(
    inputs.flatMap(({ name, shape, random }) => {
      if (!random) return []
      const stream = randomStream(seed, `noise/${step}/${name}`)
      const draw = random === 'normal' ? stream.normal : stream.uniform
      const values = new Float32Array(shape.reduce<number>((product, size) => product * Number(size), 1))
      for (let n = 0; n < values.length; n++) values[n] = draw()
      return [[name, values]]
    }),
  )
}
