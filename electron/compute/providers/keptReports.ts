// The self-test's reports on disk, and what they hold for: the same runtime, the same processor, the same list of providers.
import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { env } from 'onnxruntime-node'
import { z } from 'zod'
import { providerSchema, type ProviderReport } from '#common/ipc/compute'
import { asSagittaError } from '#common/errors'
import { writeAtomic } from '../files/atomic'
import { builtProviders } from './selfTest'

/** Reports hold while all of this is as it was when they were made. Drivers are not in it: "Test again" is for those. */
const testedOnSchema = z.object({
  onnxruntime: z.string(),
  /** Empty outside Electron. */
  electron: z.string(),
  node: z.string(),
  /** Model of the CPU as the system calls it. */
  cpu: z.string(),
  cores: z.number().int(),
  /** The build's providers, CPU first. */
  providers: z.array(z.string()),
})
export type TestedOn = z.infer<typeof testedOnSchema>

const keptSchema = z.object({
  version: z.literal(1),
  testedOn: testedOnSchema,
  reports: z.array(providerSchema).min(1),
})

export const thisMachine = (): TestedOn => ({
  onnxruntime: env.versions.node ?? env.versions.common,
  electron: process.versions['electron'] ?? '',
  node: process.versions.node,
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  providers: builtProviders(),
})

export class KeptReports {
  /** @param path a JSON file of the app's data folder. */
  constructor(
    private readonly path: string,
    private readonly machine: TestedOn = thisMachine(),
  ) {}

  /** @returns null when there are none, when they cannot be read, and when they were made on something else: then testing is the answer. */
  async load(): Promise<ProviderReport[] | null> {
    try {
      const { testedOn, reports } = keptSchema.parse(JSON.parse(await readFile(this.path, 'utf8')))
      return isDeepStrictEqual(testedOn, this.machine) ? reports : null
    } catch {
      return null
    }
  }

  /** A folder that takes no file costs a test at the next start and nothing else: a line in the log says so. */
  async save(reports: readonly ProviderReport[]): Promise<void> {
    const kept = { version: 1, testedOn: this.machine, reports }
    try {
      await writeAtomic(this.path, [`${JSON.stringify(kept, null, 2)}\n`])
    } catch (thrown) {
      console.warn(`Processors will be tested again at the next start. ${asSagittaError(thrown).message}`)
    }
  }
}
