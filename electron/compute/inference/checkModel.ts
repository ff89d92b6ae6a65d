// Whether every provider of this build answers as the CPU does, on the model itself.
import { asSagittaError, cancelled } from '#common/errors'
import { randomStream } from '#models/layers/random'
import type { ModelFile } from '../modelFile/readModel'
import { builtProviders, plainReason } from '../providers/selfTest'
import { trialSize } from '../modelImport/tryModel'
import { Network } from './network'

export interface ModelCheck {
  readonly provider: string
  readonly agrees: boolean
  /** Largest difference between probabilities; null when the provider did not run. */
  readonly difference: number | null
  readonly reason: string
}

/** Probabilities of a provider with reduced precision still decide alike; wrong kernels are far beyond this (CASES E10). */
const TOLERANCE = 1e-3

export async function checkModel(
  model: ModelFile,
  options: { signal?: AbortSignal; onTesting?: (provider: string) => void } = {},
): Promise<ModelCheck[]> {
  const { channels, rows, columns } = trialSize(model)
  const random = randomStream(1, 'model check')
  const image = Float32Array.from({ length: channels * rows * columns }, () => random.normal())
  const answer = async (provider: string): Promise<Float32Array> => {
    const network = await Network.open(model, { provider, threads: null })
    try {
      return await network.probabilities(image, 1, rows, columns)
    } finally {
      await network.release()
    }
  }
  const reference = await answer('cpu')
  const checks: ModelCheck[] = [{ provider: 'cpu', agrees: true, difference: 0, reason: 'the reference' }]
  for (const provider of builtProviders().filter(name => name !== 'cpu')) {
    if (options.signal?.aborted) throw cancelled('Checking the model')
    options.onTesting?.(provider)
    try {
      const found = await answer(provider)
      const difference = reference.reduce((worst, value, n) => Math.max(worst, Math.abs(value - found[n]!)), 0)
      checks.push({
        provider,
        agrees: difference <= TOLERANCE,
        difference,
        reason: `largest difference ${difference.toExponential(1)}`,
      })
    } catch (thrown) {
      checks.push({ provider, agrees: false, difference: null, reason: plainReason(asSagittaError(thrown).message) })
    }
  }
  return checks
}
