// Whether a provider's training agrees with the CPU's: losses, gradients and what became of the parameters.
import type { ProbeResult } from './probe'

/**
 * Largest relative difference. Providers sum in other orders and some multiply in reduced precision (TF32: 10 bits of mantissa);
 * wrong kernels differ by orders of magnitude more (CASES E10).
 */
export const TOLERANCE = 1e-3

/** Adam divides by the root of tiny gradients: single parameters may differ more than sums do, so they are compared as a whole. */
export const PARAMETER_TOLERANCE = 1e-2

export interface Agreement {
  readonly agrees: boolean
  /** Of loss and gradient norm, over all steps. */
  readonly worst: number
  /** |p - q| / |q| over all parameters. */
  readonly parameters: number
}

export function compareProbes(result: ProbeResult, cpu: ProbeResult): Agreement {
  const worst = Math.max(
    ...cpu.losses.map((value, n) => relative(result.losses[n], value)),
    ...cpu.gradientNorms.map((value, n) => relative(result.gradientNorms[n], value)),
  )
  const parameters = distance(result.parameters, cpu.parameters)
  return { agrees: worst <= TOLERANCE && parameters <= PARAMETER_TOLERANCE, worst, parameters }
}

/** Infinity for anything that is no number. */
function relative(value: number | undefined, reference: number): number {
  const difference = Math.abs((value ?? NaN) - reference) / Math.max(Math.abs(reference), 1e-6)
  return Number.isNaN(difference) ? Infinity : difference
}

function distance(values: ProbeResult['parameters'], reference: ProbeResult['parameters']): number {
  let difference = 0
  let size = 0
  for (const [name, expected] of reference) {
    const found = values.get(name)
    for (let n = 0; n < expected.length; n++) {
      difference += ((found?.[n] ?? NaN) - expected[n]!) ** 2
      size += expected[n]! ** 2
    }
  }
  const ratio = Math.sqrt(difference / Math.max(size, 1e-12))
  return Number.isNaN(ratio) ? Infinity : ratio
}
