// The journal of one label map: opened after whatever happened, grown line by line, compacted when its payloads outgrow their budget.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { SagittaError } from '#common/errors'
import type { Warning } from '#common/ipc/volume'
import { AppendLog } from '../storage/appendLog'
import { writeFileAtomic } from '../storage/atomic'
import { readJournal, type JournalContent } from './journalFile'
import { recordLine, type EditRecord, type JournalHeader } from './record'

export class Journal {
  /** Sum of the compressed payloads still kept, as they are on disk (base64). */
  payloadBytes: number

  private constructor(
    private readonly log: AppendLog,
    private readonly header: JournalHeader,
    readonly records: EditRecord[],
  ) {
    this.payloadBytes = records.reduce((sum, record) => sum + onDisk(record), 0)
  }

  /**
   * @param path journal/<id>.jsonl; made with the first entry when missing
   * @param expected what its first line must say
   * @throws grid-mismatch when it belongs to another grid, project-corrupt when it can't be read
   */
  static async open(
    path: string,
    expected: JournalHeader,
    onTrouble: (error: Error) => void,
  ): Promise<{ journal: Journal; warnings: Warning[] }> {
    if (!existsSync(path)) {
      const log = new AppendLog(path, 0, onTrouble)
      return { journal: new Journal(log, expected, []), warnings: [] }
    }
    const content = readJournal(await readFile(path), path)
    checkGrid(path, content.header, expected)
    const warnings = content.torn ? [await setAside(path, content)] : []
    const log = new AppendLog(path, content.wholeBytes, onTrouble)
    return { journal: new Journal(log, content.header, content.records), warnings }
  }

  get seq(): number {
    return this.records.length
  }

  get bytes(): number {
    return this.log.length
  }

  record(seq: number): EditRecord | undefined {
    return this.records[seq - 1]
  }

  /** Resolves when the entry survives the end of this process. @throws disk-full, not-writable: nothing was recorded. */
  async append(record: EditRecord): Promise<void> {
    if (this.log.needsRewrite || this.log.length === 0) await this.rewrite()
    await this.log.append(recordLine(record))
    this.records.push(record)
    this.payloadBytes += onDisk(record)
  }

  /**
   * Forgets the voxels of the oldest entries until the payloads fit into `bytes`; who, what and when stay. The newest entry keeps its own.
   * Only after a snapshot holds what is forgotten.
   */
  async compact(bytes: number): Promise<void> {
    const forgotten = new Set<number>()
    let kept = this.payloadBytes
    for (const record of this.records.slice(0, -1)) {
      if (kept <= bytes) break
      if (!record.payload) continue
      kept -= onDisk(record)
      forgotten.add(record.seq)
    }
    await this.rewrite(record => (forgotten.has(record.seq) ? { ...record, payload: null, compacted: true } : record))
    for (const record of this.records)
      if (forgotten.has(record.seq)) {
        record.payload = null
        record.compacted = true
      }
    this.payloadBytes = kept
  }

  sync(): Promise<void> {
    return this.log.sync()
  }

  close(): Promise<void> {
    return this.log.close()
  }

  private async rewrite(as: (record: EditRecord) => EditRecord = record => record): Promise<void> {
    const lines = this.records.map(record => recordLine(as(record)))
    await this.log.rewrite(headerLine(this.header) + lines.join(''))
  }
}

const headerLine = (header: JournalHeader): string => `${JSON.stringify(header)}\n`

const onDisk = ({ payload }: EditRecord): number => (payload ? Math.ceil(payload.length / 3) * 4 : 0)

function checkGrid(path: string, found: JournalHeader, expected: JournalHeader): void {
  if (found.size.join() === expected.size.join() && found.geometryHash === expected.geometryHash) return
  throw new SagittaError(
    'grid-mismatch',
    `The labels in ${path} were drawn on a grid of ${found.size.join(' x ')} voxels; the images now have ` +
      `${expected.size.join(' x ')}${found.size.join() === expected.size.join() ? ' at other places' : ''}. The labels are kept as they are. ` +
      'Put back the images they were drawn on, or remove this volume from the project and add it anew.',
    { file: path, size: [...found.size], expected: [...expected.size] },
  )
}

/** An entry that a crash cut short was never acknowledged: it is kept beside the journal, for whoever wants to look. */
async function setAside(path: string, { torn }: JournalContent): Promise<Warning> {
  const aside = `${path}.torn-${new Date().toISOString().replace(/[:.]/g, '-')}`
  await writeFileAtomic(aside, torn ?? new Uint8Array())
  return {
    code: 'journal-torn',
    message: `The last entry of ${path} was cut short when Sagitta ended, and was left out. What there was of it is in ${aside}. Every acknowledged edit is there.`,
    files: [path, aside],
  }
}
