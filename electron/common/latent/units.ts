// What the units of a code do over a set of images: mean, spread, activity, and how they spread together.

export interface UnitStatistics {
  readonly mean: number
  readonly variance: number
  /** Mean of |a|. */
  readonly meanActivation: number
  /** Largest |a|. */
  readonly largest: number
  /** Share of images on which |a| is above 1 % of the unit's largest. */
  readonly onShare: number
  /** The variance over images is above `ACTIVE_VARIANCE`. */
  readonly active: boolean
  /** Mean divergence from the prior in nats; null where the code is no Gaussian. */
  readonly kl: number | null
}

/** A unit counts as active when its (posterior) mean varies over the data by more than this (Burda et al. 2015, arXiv:1509.00519, 5.2). */
export const ACTIVE_VARIANCE = 0.01

/** Below this divergence in nats a unit of a VAE says nothing (CASES T11). */
export const COLLAPSED_NATS = 0.01

/**
 * @param codes [count, dimensions]
 * @param logVariances as codes, of the posterior; null for autoencoders
 */
export function unitStatistics(
  codes: Float32Array,
  dimensions: number,
  logVariances: Float32Array | null = null,
): UnitStatistics[] {
  const count = codes.length / dimensions
  return Array.from({ length: dimensions }, (_, d) => {
    let [sum, absolute, largest, kl] = [0, 0, 0, 0]
    for (let at = d; at < codes.length; at += dimensions) {
      const value = codes[at]!
      sum += value
      absolute += Math.abs(value)
      largest = Math.max(largest, Math.abs(value))
      if (logVariances) {
        const logVariance = logVariances[at]!
        kl += 0.5 * (value * value + Math.exp(logVariance) - 1 - logVariance)
      }
    }
    const mean = sum / count
    let [squares, on] = [0, 0]
    for (let at = d; at < codes.length; at += dimensions) {
      squares += (codes[at]! - mean) ** 2
      if (Math.abs(codes[at]!) > 0.01 * largest) on += 1
    }
    const variance = squares / count
    return {
      mean,
      variance,
      meanActivation: absolute / count,
      largest,
      onShare: on / count,
      active: variance > ACTIVE_VARIANCE,
      kl: logVariances ? kl / count : null,
    }
  })
}

/** Active units of a code: those whose mean varies over the data. */
export const activeUnits = (statistics: readonly UnitStatistics[]): number =>
  statistics.filter(({ active }) => active).length

/** Share of all activations above 1 % of their unit's largest: how sparse codes are. */
export const onShare = (statistics: readonly UnitStatistics[]): number =>
  statistics.reduce((sum, unit) => sum + unit.onShare, 0) / statistics.length
