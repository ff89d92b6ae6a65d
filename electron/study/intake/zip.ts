// Zip archives, read in place: their list of entries, and the bytes of one entry like those of a file.
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { asSagittaError, SagittaError } from '#common/errors'
import type { Skipped } from '#common/ipc/volume'
import type { OpenFile } from './bytes'

/** Enough for the header of most images; more than that is inflated whole. */
const PREFIX_BYTES = 64 * 1024
const ENTRY_LIMIT = 2 ** 31 - 1

export const isZipStart = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6))

const openZip: (path: string, options: yauzl.Options) => Promise<ZipFile> = promisify(yauzl.open)

export class ZipArchive {
  private constructor(
    private readonly zip: ZipFile,
    readonly path: string,
    private readonly entries: ReadonlyMap<string, Entry>,
    /** Entries that are not opened, with the reason. */
    readonly refused: readonly Skipped[],
  ) {}

  /** Reads the central directory. @throws corrupt-file, not-found, not-readable */
  static async open(path: string): Promise<ZipArchive> {
    // Names are checked here, entry by entry: the library's own check would end the list at the first bad name.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false }
    const zip = await openZip(path, options).catch((thrown: unknown) => {
      throw damaged(path, thrown)
    })
    const entries = new Map<string, Entry>()
    const refused: Skipped[] = []
    try {
      for await (const entry of listed(zip)) {
        const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
        if (name.endsWith('/')) continue
        const reason = refusal(name, entry)
        if (reason) refused.push({ path: `${path}/${name}`, reason })
        else entries.set(name, entry)
      }
    } catch (thrown) {
      zip.close()
      throw damaged(path, thrown)
    }
    return new ZipArchive(zip, path, entries, refused)
  }

  get names(): string[] {
    return [...this.entries.keys()].sort()
  }

  /** The entry's content. Nothing is inflated before it is asked for. @throws not-found */
  file(name: string): OpenFile {
    const entry = this.entries.get(name)
    if (!entry) throw new SagittaError('not-found', `${this.path} holds no ${name}.`, { path: this.path, entry: name })
    let held: Uint8Array = new Uint8Array(0)
    const hold = async (bytes: number): Promise<void> => {
      const wanted = Math.min(entry.uncompressedSize, bytes <= PREFIX_BYTES ? PREFIX_BYTES : entry.uncompressedSize)
      if (held.length < wanted) held = await this.inflate(entry, wanted)
    }
    return {
      size: entry.uncompressedSize,
      readInto: async (target, position) => {
        await hold(position + target.length)
        const part = held.subarray(position, position + target.length)
        target.set(part)
        return part.length
      },
    }
  }

  close(): void {
    this.zip.close()
  }

  /** The first `bytes` of an entry. @throws corrupt-file */
  private async inflate(entry: Entry, bytes: number): Promise<Uint8Array> {
    const content = new Uint8Array(bytes)
    let at = 0
    try {
      const stream = await new Promise<Readable>((resolve, reject) => {
        this.zip.openReadStream(entry, (error, opened) => {
          if (error) reject(error)
          else resolve(opened)
        })
      })
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        const part = chunk.subarray(0, bytes - at)
        content.set(part, at)
        at += part.length
        if (at === bytes) break
      }
    } catch (thrown) {
      throw damaged(this.path, thrown)
    }
    return content.subarray(0, at)
  }
}

async function* listed(zip: ZipFile): AsyncGenerator<Entry> {
  for (let left = zip.entryCount; left > 0; left--) {
    yield await new Promise<Entry>((resolve, reject) => {
      const done = (use: () => void): void => {
        zip.off('entry', onEntry)
        zip.off('error', onError)
        use()
      }
      const onEntry = (entry: Entry): void => done(() => resolve(entry))
      const onError = (error: Error): void => done(() => reject(error))
      zip.on('entry', onEntry)
      zip.on('error', onError)
      zip.readEntry()
    })
  }
}

function refusal(name: string, entry: Entry): string | null {
  if (yauzl.validateFileName(name) !== null) return 'refused: its name leads out of the archive'
  if (entry.generalPurposeBitFlag & 1) return 'it is encrypted'
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    return `compression method ${entry.compressionMethod} cannot be read`
  if (entry.uncompressedSize > ENTRY_LIMIT) return 'it is larger than 2 GB: unpack the archive first'
  return null
}

function damaged(path: string, thrown: unknown): SagittaError {
  const known = asSagittaError(thrown)
  if (known.code !== 'internal') return known
  return new SagittaError(
    'corrupt-file',
    `${path} is a damaged zip archive: ${known.message}.`,
    { path },
    { cause: thrown },
  )
}
