// A prepared case as training reads it: single slices by their offset in the raw files, the last ones used kept in memory.
import { closeSync, openSync, readFileSync, readSync, fstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SagittaError } from '#common/errors'
import { preparedHeaderSchema, type PreparedHeader } from '#common/ipc/prepare'
import type { SliceCache } from './sliceCache'

/**
 * Reads are synchronous: they happen between steps of a process that does nothing else, and take microseconds from the system's
 * own cache.
 */
export class PreparedCase {
  private constructor(
    readonly id: string,
    readonly patient: string,
    readonly header: PreparedHeader,
    private readonly path: string,
    private readonly files: { readonly values: number; readonly classes: number | null },
    private readonly cache: SliceCache,
  ) {}

  /** @throws corrupt-file naming the file when the header or a raw file is not what it should be. */
  static open(path: string, { id, patient }: { id: string; patient: string }, cache: SliceCache): PreparedCase {
    const header = readHeader(path)
    const { columns, rows, slices } = header.network
    const values = openRaw(join(dirname(path), header.values), 4 * columns * rows * slices)
    try {
      const classes = header.target && openRaw(join(dirname(path), header.target.classes), columns * rows * slices)
      return new PreparedCase(id, patient, header, path, { values, classes }, cache)
    } catch (thrown) {
      closeSync(values)
      throw thrown
    }
  }

  get network(): PreparedHeader['network'] {
    return this.header.network
  }

  /** Normalised values of slice n, row-major. Shared: not to be written to. */
  values(n: number): Float32Array {
    return this.cache.get(`${this.path}/v${n}`, () => {
      const bytes = this.read(this.files.values, n, 4)
      return new Float32Array(bytes.buffer)
    }) as Float32Array
  }

  /** Class per pixel of slice n. Shared: not to be written to. @throws internal for a case without labels. */
  classes(n: number): Uint8Array {
    const { classes } = this.files
    if (classes === null) throw new SagittaError('internal', `${this.path} was prepared without labels.`)
    return this.cache.get(`${this.path}/c${n}`, () => this.read(classes, n, 1)) as Uint8Array
  }

  close(): void {
    closeSync(this.files.values)
    if (this.files.classes !== null) closeSync(this.files.classes)
  }

  private read(file: number, n: number, bytesPerPixel: number): Uint8Array {
    const { columns, rows } = this.network
    const bytes = new Uint8Array(bytesPerPixel * columns * rows)
    for (let done = 0; done < bytes.length;) {
      const count = readSync(file, bytes, done, bytes.length - done, n * bytes.length + done)
      if (count === 0) throw corrupt(this.path, `ends before slice ${n}`)
      done += count
    }
    return bytes
  }
}

function readHeader(path: string): PreparedHeader {
  const parsed = preparedHeaderSchema.safeParse(parseJson(path))
  if (!parsed.success) throw corrupt(path, 'is not the header of a prepared case')
  return parsed.data
}

function parseJson(path: string): unknown {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    throw corrupt(path, 'is not JSON')
  }
}

function openRaw(path: string, bytes: number): number {
  const file = openSync(path, 'r')
  const { size } = fstatSync(file)
  if (size === bytes) return file
  closeSync(file)
  throw corrupt(path, `has ${size} bytes instead of ${bytes}`)
}

const corrupt = (path: string, what: string): SagittaError =>
  new SagittaError(
    'corrupt-file',
    `${path} ${what}. It is a cache file: delete it, and it is made again from the images.`,
    { file: path },
  )
