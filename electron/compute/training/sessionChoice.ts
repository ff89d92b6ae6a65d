// Which processor a run uses. The CPU needs no test: it is what others are tested against.
import type { TrainProgress } from '#common/ipc/training'
import { chooseProvider } from '../providers/choose'
import { selfTest } from '../providers/selfTest'
import type { SessionOptions } from '../runtime/openSession'

export interface SessionWish {
  readonly provider: string
  readonly threads: number | null
  readonly signal: AbortSignal
  readonly report: (progress: TrainProgress) => void
}

/** @throws provider-unavailable with the reason. */
export async function chooseSession({
  provider: wanted,
  threads,
  signal,
  report,
}: SessionWish): Promise<SessionOptions> {
  if (wanted === 'cpu') return { provider: 'cpu', threads }
  report({ kind: 'stage', stage: 'building', text: 'Testing the processors of this machine' })
  const { provider, reason } = chooseProvider(wanted, await selfTest({ threads, signal }))
  report({ kind: 'notice', code: 'provider', text: reason })
  return { provider, threads }
}

/** At most ten step reports a second: small networks take hundreds of steps in one. */
export function throttled(report: (progress: TrainProgress) => void): (progress: TrainProgress) => void {
  let last = -Infinity
  return progress => {
    const now = performance.now()
    if (progress.kind === 'step' && now - last < 100) return
    if (progress.kind === 'step') last = now
    report(progress)
  }
}
