// From what was asked for ("auto" or a name) to the provider that is really used, with the reason.
import { SagittaError } from '#common/errors'
import type { ProviderReport } from '#common/ipc/compute'

export interface ProviderChoice {
  readonly provider: string
  /** For people: why this one, and what became of the others. */
  readonly reason: string
}

/**
 * `auto` takes the fastest usable provider; a name takes that provider or nothing.
 * @throws provider-unavailable with the self-test's reason.
 */
export function chooseProvider(requested: string, reports: readonly ProviderReport[]): ProviderChoice {
  const usable = reports.filter(report => report.usable)
  if (requested === 'auto') {
    const chosen = usable.find(report => report.chosen) ?? reports[0]
    if (!chosen) throw new SagittaError('provider-unavailable', 'This build of ONNX Runtime lists no processor at all.')
    const others = reports.filter(report => report !== chosen).map(({ name, reason }) => `${name}: ${reason}`)
    return { provider: chosen.name, reason: [`${chosen.name}: ${chosen.reason}`, ...others].join('; ') }
  }
  const wanted = reports.find(({ name }) => name === requested)
  if (wanted?.usable) return { provider: requested, reason: wanted.reason }
  throw new SagittaError(
    'provider-unavailable',
    wanted
      ? `${requested} cannot be used on this machine: ${wanted.reason}. Choose "auto", or one of: ${usable.map(({ name }) => name).join(', ')}.`
      : `There is no processor ${requested} in this build. It has: ${reports.map(({ name }) => name).join(', ')}.`,
    { requested, reports },
  )
}
