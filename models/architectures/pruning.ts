// Pruning by magnitude while a network trains: the weakest connections go, a few more after each epoch, until the asked number is left.
import { ModelError } from '../errors'

/** Share of the epochs after which nothing is pruned any more, so that what is left can settle. */
const PRUNED_BY = 2 / 3

/** Epochs after which a network of `epochs` has the connections it keeps. @throws ModelError config-invalid for a single epoch. */
export function pruningEpochs(epochs: number): number {
  if (epochs > 1) return Math.max(1, Math.floor(PRUNED_BY * epochs))
  throw new ModelError(
    'config-invalid',
    'Pruning needs at least two epochs: one that shows which connections are weak, one without them. Choose more epochs, or connectionsBy "draw".',
  )
}

/**
 * Connections a layer has after an epoch (1, 2, ...): many go at first, few at the end (Zhu & Gupta 2017, arXiv:1710.01878, eq. 1).
 * @param over epochs that the pruning takes
 */
export const connectionsAfter = (epoch: number, over: number, { kept, of }: { kept: number; of: number }): number =>
  kept + Math.round((of - kept) * (1 - Math.min(1, epoch / over)) ** 3)

/** The 0/1 mask of the `keep` weights of largest magnitude among those that `mask` has. */
export function strongest(weight: Float32Array, mask: Float32Array, keep: number): Float32Array<ArrayBuffer> {
  const strengths = weight.map((value, i) => (mask[i] === 1 ? Math.abs(value) : -1))
  const weakest = strengths.slice().sort()[strengths.length - keep] ?? Infinity
  const next = Float32Array.from(strengths, strength => (strength > weakest ? 1 : 0))
  // Equals share what is left, from the front.
  let left = keep - next.reduce((sum, value) => sum + value, 0)
  for (let i = 0; i < next.length && left > 0; i += 1)
    if (strengths[i] === weakest) {
      next[i] = 1
      left -= 1
    }
  return next
}
