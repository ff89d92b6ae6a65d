// The same tenth of the weights drawn before training, as sparse-connections prunes to: what it is worth to choose them.
import { thinStack } from './_autoencoders'
import type { Reproduction, Result } from './_run'

export const main = (reproduction: Reproduction): Promise<Result> =>
  thinStack(
    'draw',
    { row: 'MNIST, the same 10 % of the weights drawn before training', reach: 'beside the pruned ones' },
    reproduction,
  )
