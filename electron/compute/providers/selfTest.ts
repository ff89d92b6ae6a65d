// Every provider of this build, tested against the CPU on a small training program (CASES E03, E10).
import { listSupportedBackends } from 'onnxruntime-node'
import { asSagittaError, cancelled } from '#common/errors'
import type { ProviderReport } from '#common/ipc/compute'
import { compareProbes, type Agreement } from './agreement'
import { probe, type ProbeResult } from './probe'
import { probeProgram, type ProbeProgram } from './probeProgram'

export interface SelfTestOptions {
  /** CPU threads; null: one per core. */
  readonly threads: number | null
  readonly signal?: AbortSignal
  readonly onTesting?: (provider: string) => void
  /** Awaited before each provider: what must not wait for the whole test has its turn here. */
  readonly turn?: () => Promise<void>
}

/** Providers of this build of ONNX Runtime, CPU first. */
export const builtProviders = (): string[] => {
  const names = listSupportedBackends().map(({ name }) => name)
  return ['cpu', ...names.filter(name => name !== 'cpu')]
}

/**
 * Tests all of them. The fastest that agrees with the CPU is `chosen`; for the others `reason` says why not.
 * @param names which ones; tests use it.
 */
export async function selfTest(options: SelfTestOptions, names = builtProviders()): Promise<ProviderReport[]> {
  const program = probeProgram()
  await options.turn?.()
  options.onTesting?.('cpu')
  const cpu = await probe('cpu', options.threads, program)
  const reports: ProviderReport[] = []
  for (const name of names) {
    if (options.signal?.aborted) throw cancelled('The self-test of the processors')
    if (name === 'cpu') {
      reports.push({
        name,
        usable: true,
        chosen: false,
        reason: `the reference, ${ms(cpu)} a step`,
        stepMs: cpu.stepMs,
        threads: options.threads,
      })
      continue
    }
    await options.turn?.()
    options.onTesting?.(name)
    reports.push(await test(name, options, program, cpu))
  }
  const fastest = reports.filter(({ usable }) => usable).sort((a, b) => a.stepMs! - b.stepMs!)[0]
  return reports.map(report => ({ ...report, chosen: report === fastest }))
}

async function test(
  name: string,
  { threads }: SelfTestOptions,
  program: ProbeProgram,
  cpu: ProbeResult,
): Promise<ProviderReport> {
  const report = { name, usable: false, chosen: false, stepMs: null, threads: null }
  try {
    const result = await probe(name, threads, program)
    if (!result.operators.get(name))
      return { ...report, reason: 'started, but ONNX Runtime computed everything on the CPU' }
    const agreement = compareProbes(result, cpu)
    return { ...report, usable: agreement.agrees, reason: verdict(agreement, result, name), stepMs: result.stepMs }
  } catch (thrown) {
    return { ...report, reason: plainReason(asSagittaError(thrown).message) }
  }
}

const ms = ({ stepMs }: ProbeResult): string => `${stepMs.toFixed(1)} ms`

function verdict({ agrees, loss, gradient, parameters }: Agreement, result: ProbeResult, name: string): string {
  const difference = Math.max(loss, gradient, parameters).toExponential(1)
  if (!agrees) return `its numbers differ from the CPU's by ${difference}; not used`
  const own = result.operators.get(name) ?? 0
  const elsewhere = [...result.operators.values()].reduce((a, b) => a + b, 0) - own
  const fallback =
    elsewhere === 0 ? '' : `, ${Math.round((100 * elsewhere) / (own + elsewhere))} % of the operators on the CPU`
  return `agrees with the CPU within ${difference}, ${ms(result)} a step${fallback}`
}

/** ONNX Runtime's own words name source files; these are the usual causes. */
export function plainReason(message: string): string {
  if (/adapter/i.test(message)) return 'no graphics adapter that WebGPU can use (on Linux it needs a Vulkan driver)'
  if (/Failed to load (shared )?library|cannot open shared object|DLL|not found/i.test(message))
    return 'its libraries are not installed'
  return message.split('\n')[0]!.slice(0, 300)
}
