// The loss of a VAE: reconstruction + beta * divergence, both summed per sample and averaged over the batch.
import { scalar, type Value } from '../ir'
import { add, max, min, mul, reduceMean, reduceSum } from '../ops'
import type { VaeLossConfig } from './latentConfig'

/** KL from the prior: per sample [N], and per sample and unit [N, d]. */
export interface Divergence {
  readonly perSample: Value
  /** Sums to `perSample` where the covariance is diagonal. */
  readonly perUnit: Value
  readonly separable: boolean
}

/** Scalars. `kl` is the divergence itself; free bits only change what it costs. */
export interface VaeLoss {
  readonly total: Value
  readonly reconstruction: Value
  readonly kl: Value
  readonly beta: Value
}

/**
 * @param errors [N], reconstruction error summed per sample: the balance of the terms does not depend on the batch
 * @param step completed steps, for the warm-up of beta; null: beta in full
 */
export function vaeLoss(config: VaeLossConfig, errors: Value, divergence: Divergence, step: Value | null): VaeLoss {
  const reconstruction = reduceMean(errors)
  const kl = reduceMean(divergence.perSample)
  const beta = warmedUp(config, step)
  const total = add(reconstruction, mul(beta, cost(config.freeBits, divergence, kl)))
  return { total, reconstruction, kl, beta }
}

/**
 * With free bits each unit's divergence, averaged over the batch, costs at least `freeBits` (Kingma et al. 2016,
 * arXiv:1606.04934, eq. 15). A full covariance has no parts: the bound holds for the sum.
 */
function cost(freeBits: number, { perUnit, separable }: Divergence, kl: Value): Value {
  if (freeBits === 0) return kl
  if (separable) return reduceSum(max(reduceMean(perUnit, { axes: [0] }), scalar(freeBits)))
  return max(kl, scalar(freeBits * (perUnit.shape[1] as number)))
}

function warmedUp({ beta, warmupSteps }: VaeLossConfig, step: Value | null): Value {
  if (step === null || warmupSteps === 0) return scalar(beta)
  return mul(min(mul(step, scalar(1 / warmupSteps)), scalar(1)), scalar(beta))
}
