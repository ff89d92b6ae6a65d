// Pixels of each class over many slices.

/** @param slices counts per class of each, background first. @returns their sums; empty without any slice. */
export function classCounts(slices: Iterable<readonly number[]>): number[] {
  const sums: number[] = []
  for (const counts of slices) counts.forEach((count, n) => (sums[n] = (sums[n] ?? 0) + count))
  return sums
}
