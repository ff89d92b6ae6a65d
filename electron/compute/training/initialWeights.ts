// Another start for a network's weights: the one of PyTorch's layers, for comparing with published figures.
import { randomStream } from '#models/layers/random'
import { averageOf } from '#models/optimizers/optimizer'
import type { StateSpec, StateValues } from '#models/programs/types'

/**
 * Weights and biases uniform in +-1 / sqrt(n), n the numbers a unit sums (the weight's axes behind the first); everything else, and moving
 * averages of what is changed, as in `initial` or as the parameters they average. Deterministic in the seed.
 */
export function byInputs(specs: readonly StateSpec[], initial: StateValues, seed: number): StateValues {
  const fanIn = new Map(
    specs
      .filter(({ name, role }) => role === 'parameter' && name.endsWith('.weight'))
      .map(({ name, shape }) => [
        name.slice(0, -'.weight'.length),
        shape.slice(1).reduce<number>((product, size) => product * Number(size), 1),
      ]),
  )
  const values = new Map(initial)
  for (const { name, role } of specs) {
    const inputs = role === 'parameter' ? fanIn.get(name.replace(/\.(weight|bias)$/, '')) : undefined
    if (inputs === undefined) continue
    const { uniform } = randomStream(seed, `inputs/${name}`)
    const bound = 1 / Math.sqrt(inputs)
    const drawn = Float32Array.from(initial.get(name)!, () => (2 * uniform() - 1) * bound)
    values.set(name, drawn)
    if (values.has(averageOf(name))) values.set(averageOf(name), drawn.slice())
  }
  return values
}
