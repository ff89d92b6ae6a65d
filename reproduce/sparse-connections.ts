// The stack 784-1000-500-250-30 pruned to a tenth of its weights, beside the dense one: compression by fewer connections.
import { thinStack } from './_autoencoders'
import type { Reproduction, Result } from './_run'

export const main = (reproduction: Reproduction): Promise<Result> =>
  thinStack(
    'pruning',
    { row: 'MNIST, 784-1000-500-250-30 with 10 % of the weights', reach: "within 1.3 of the dense stack's" },
    reproduction,
  )
