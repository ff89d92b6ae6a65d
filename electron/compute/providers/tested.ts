// The self-test's result: found out once, remembered, and kept on disk for the next start where there is a place for it.
import { SagittaError } from '#common/errors'
import type { ProviderReport } from '#common/ipc/compute'
import { chooseProvider, type ProviderChoice } from './choose'
import type { KeptReports } from './keptReports'
import { selfTest, type SelfTestOptions } from './selfTest'

type TestOptions = Omit<SelfTestOptions, 'threads'>

export class TestedProviders {
  private reports: Promise<ProviderReport[]> | null = null
  /** Reports of an earlier start: a driver may be gone since. */
  private fromDisk = false

  /** @param kept where reports outlive the process; null: nowhere. */
  constructor(
    private readonly threads: number | null = null,
    private readonly kept: KeptReports | null = null,
  ) {}

  /** Tests anew: somebody installed a driver, or wants to see it. */
  test(options: TestOptions = {}): Promise<ProviderReport[]> {
    return this.remember(this.testAndKeep(options))
  }

  /** What is known of them: of this process, of an earlier start, or tested now. */
  known(options: TestOptions = {}): Promise<ProviderReport[]> {
    return this.reports ?? this.remember(this.loadOrTest(options))
  }

  /** @throws provider-unavailable with the reason. */
  async choose(requested: string): Promise<ProviderChoice> {
    return chooseProvider(requested, await this.known())
  }

  /**
   * Works on the provider that is chosen. When one that only an earlier start has tested cannot be started any more, all are tested, and
   * the work is begun again on what is chosen then.
   * @throws provider-unavailable with the reason, and what `work` throws.
   */
  async use<T>(requested: string, work: (provider: string) => Promise<T>): Promise<T> {
    const { provider } = await this.choose(requested)
    try {
      return await work(provider)
    } catch (thrown) {
      if (!this.fromDisk || !(thrown instanceof SagittaError) || thrown.code !== 'provider-unavailable') throw thrown
      return work(chooseProvider(requested, await this.test()).provider)
    }
  }

  private async loadOrTest(options: TestOptions): Promise<ProviderReport[]> {
    const reports = await this.kept?.load()
    if (!reports) return this.testAndKeep(options)
    this.fromDisk = true
    return reports
  }

  private async testAndKeep(options: TestOptions): Promise<ProviderReport[]> {
    const reports = await selfTest({ ...options, threads: this.threads })
    this.fromDisk = false
    await this.kept?.save(reports)
    return reports
  }

  /** A cancelled or failed test is not remembered. */
  private remember(reports: Promise<ProviderReport[]>): Promise<ProviderReport[]> {
    this.reports = reports
    reports.catch(() => {
      if (this.reports === reports) this.reports = null
    })
    return reports
  }
}
