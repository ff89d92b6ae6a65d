// A seeded order.
import type { RandomStream } from '#models/layers/random'

/** Fisher & Yates; a new array. */
export function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  const order = [...items]
  for (let n = order.length - 1; n > 0; n--) {
    const other = Math.floor(random.uniform() * (n + 1))
    ;[order[n], order[other]] = [order[other]!, order[n]!]
  }
  return order
}

/** One of them; the list must not be empty. */
export const pick = <T>(items: readonly T[], random: RandomStream): T =>
  items[Math.floor(random.uniform() * items.length)]!
