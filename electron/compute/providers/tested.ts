// The self-test's result, found out once per process and remembered.
import type { ProviderReport } from '#common/ipc/compute'
import { chooseProvider, type ProviderChoice } from './choose'
import { selfTest, type SelfTestOptions } from './selfTest'

export class TestedProviders {
  private reports: Promise<ProviderReport[]> | null = null

  constructor(private readonly threads: number | null = null) {}

  /** Tests anew: somebody installed a driver, or wants to see it. */
  test(options: Omit<SelfTestOptions, 'threads'> = {}): Promise<ProviderReport[]> {
    const testing = selfTest({ ...options, threads: this.threads })
    this.reports = testing
    // A cancelled or failed test is not remembered.
    testing.catch(() => (this.reports = null))
    return testing
  }

  /** @throws provider-unavailable with the reason. */
  async choose(requested: string): Promise<ProviderChoice> {
    return chooseProvider(requested, await (this.reports ?? this.test()))
  }
}
