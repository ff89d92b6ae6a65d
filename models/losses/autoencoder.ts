// The loss of an autoencoder: reconstruction error plus the penalties that are switched on.
import { scalar, type Value } from '../ir'
import { add, mul, reduceMean } from '../ops'
import type { AutoencoderLossConfig } from './latentConfig'
import { activationL1, rateDivergence, weightL1 } from './sparsity'

/** Scalars; `sparsity` is the sum of the weighted penalties. */
export interface AutoencoderLoss {
  readonly total: Value
  readonly reconstruction: Value
  readonly sparsity: Value
}

/**
 * @param errors [N], reconstruction error summed per sample
 * @param code [N, units]
 * @param weights all that a penalty on weights counts
 */
export function autoencoderLoss(
  config: AutoencoderLossConfig,
  errors: Value,
  code: Value,
  weights: readonly Value[],
): AutoencoderLoss {
  const reconstruction = reduceMean(errors)
  const penalties = [
    ...(config.activationL1 > 0 ? [mul(activationL1(code), scalar(config.activationL1))] : []),
    ...(config.weightL1 > 0 ? [mul(weightL1(weights), scalar(config.weightL1))] : []),
    ...(config.rate ? [mul(rateDivergence(code, config.rate.target), scalar(config.rate.weight))] : []),
  ]
  const sparsity = penalties.length > 0 ? penalties.reduce(add) : scalar(0)
  return { total: penalties.length > 0 ? add(reconstruction, sparsity) : reconstruction, reconstruction, sparsity }
}
