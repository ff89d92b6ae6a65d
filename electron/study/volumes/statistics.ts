// Mean and spread of the measured values of a volume: padding and what is not a number left out.
import type { VolumeInfo } from '#common/ipc/volume'

export type Statistics = NonNullable<VolumeInfo['statistics']>

/** Null when nothing was measured. The deviation is that of all values (divided by their count). */
export function statisticsOf(values: ArrayLike<number>, padding?: readonly [number, number]): Statistics | null {
  const [low, high] = padding ?? [Infinity, -Infinity]
  let [count, mean, squares] = [0, 0, 0]
  // Welford's recurrence: sums of squares of HU would lose digits.
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!
    if ((value >= low && value <= high) || !Number.isFinite(value)) continue
    count++
    const off = value - mean
    mean += off / count
    squares += off * (value - mean)
  }
  return count > 0 ? { count, mean, sd: Math.sqrt(squares / count) } : null
}
