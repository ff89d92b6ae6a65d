// metrics.jsonl: one row per epoch, appended and on the disk before training goes on.
import { open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { asSagittaError } from '#common/errors'
import { metricsRowSchema, type MetricsRow } from '#common/ipc/training'
import { RUN_METRICS } from '#common/project/run'
import { whileWriting, writeAtomic } from '../files/atomic'

export class MetricsLog {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    /** Rows of epochs before this session. */
    readonly earlier: readonly MetricsRow[],
  ) {}

  /**
   * @param epochs how many epochs the checkpoint knows: rows beyond were written just before a crash, and are dropped.
   */
  static async open(folder: string, epochs: number): Promise<MetricsLog> {
    const path = join(folder, RUN_METRICS)
    const rows = epochs === 0 ? [] : (await readRows(path)).filter(row => row.epoch <= epochs)
    await writeAtomic(path, [rows.map(lineOf).join('')])
    return new MetricsLog(path, await open(path, 'a'), rows)
  }

  /** @throws disk-full, not-writable. */
  async append(row: MetricsRow): Promise<void> {
    try {
      await this.file.appendFile(lineOf(row))
      await this.file.sync()
    } catch (thrown) {
      throw whileWriting(this.path, thrown)
    }
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

const lineOf = (row: MetricsRow): string => `${JSON.stringify(row)}\n`

/** A last line that a crash cut short is left out. */
async function readRows(path: string): Promise<MetricsRow[]> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if (asSagittaError(thrown).code === 'not-found') return ''
    throw asSagittaError(thrown)
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter(line => line !== '')
    .map(line => metricsRowSchema.parse(JSON.parse(line)))
}
