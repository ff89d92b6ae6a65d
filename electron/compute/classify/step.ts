// How many pixels a classifier of pixels goes on each time, where nobody says so.
import type { PreparedHeader } from '#common/ipc/prepare'

/** Patches that a small network classes in about half a minute on two cores. */
const MOST_PATCHES = 400_000
/** Blocks of classed pixels stay small against the patch that tells their class. */
const SHARE_OF_PATCH = 1 / 4

/**
 * The smallest of 1, 2, 4 and 8 pixels that makes no more patches than can be waited for, and at most a quarter of a patch.
 * @param shape of a patch: [channels, rows, columns]
 */
export function stepFor({ columns, rows, slices }: PreparedHeader['network'], shape: readonly number[]): number {
  const largest = Math.max(1, Math.floor(SHARE_OF_PATCH * Math.min(...shape.slice(1))))
  const steps = [1, 2, 4, 8].filter(step => step <= largest)
  const patches = (step: number): number => slices * Math.ceil(columns / step) * Math.ceil(rows / step)
  return steps.find(step => patches(step) <= MOST_PATCHES) ?? steps.at(-1)!
}
