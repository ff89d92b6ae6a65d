// Whether a provider's training agrees with the CPU's: losses, gradients and what became of the parameters.
import type { ProbeResult } from './probe'

/**
 * Largest relative difference of any step's loss. Providers sum in other orders and some multiply in reduced precision (TF32: 10
 * bits of mantissa); wrong kernels differ by orders of magnitude more (CASES E10).
 */
export const LOSS_TOLERANCE = 1e-3

/**
 * Of gradient norms and of all parameters together. Adam divides by the root of tiny gradients, so rounding grows from step to
 * step: 7e-8 in the first and 2e-3 in the fifth, measured between CPU and WebGPU on SwiftShader.
 */
export const UPDATE_TOLERANCE = 1e-2

export interface Agreement {
  readonly agrees: boolean
  /** Largest relative differences: of losses, of gradient norms, and |p - q| / |q| over all parameters. */
  readonly loss: number
  readonly gradient: number
  readonly parameters: number
}

export function compareProbes(result: ProbeResult, cpu: ProbeResult): Agreement {
  const loss = worst(result.losses, cpu.losses)
  const gradient = worst(result.gradientNorms, cpu.gradientNorms)
  const parameters = distance(result.parameters, cpu.parameters)
  const agrees = loss <= LOSS_TOLERANCE && gradient <= UPDATE_TOLERANCE && parameters <= UPDATE_TOLERANCE
  return { agrees, loss, gradient, parameters }
}

const worst = (values: readonly number[], reference: readonly number[]): number =>
  Math.max(...reference.map((value, n) => relative(values[n], value)))

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
