// An entry of an archive as a file of its own, for readers that take nothing else: unpacked beside the system's other temporary files while it is read.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { SagittaError } from '#common/errors'
import { placeName, type FilePlace } from '#common/dicom/instance'
import { ZipArchive } from './zip'

/**
 * Hands `use` a path to the content of `place`; a file on disk is not copied. Errors name the place, not the copy.
 * @throws what `use` throws; corrupt-file, disk-full
 */
export async function withEntryFile<T>(place: FilePlace, use: (path: string) => Promise<T>): Promise<T> {
  const { path, entry } = place
  if (entry === null) return use(path)
  const folder = await mkdtemp(join(tmpdir(), 'sagitta-entry-'))
  const copy = join(folder, basename(entry))
  try {
    await unpack(path, entry, copy)
    return await use(copy)
  } catch (thrown) {
    throw renamed(thrown, copy, placeName(place))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function unpack(path: string, entry: string, copy: string): Promise<void> {
  const archive = await ZipArchive.open(path)
  try {
    const file = archive.file(entry)
    const bytes = new Uint8Array(file.size)
    const there = await file.readInto(bytes, 0)
    await writeFile(copy, bytes.subarray(0, there))
  } finally {
    archive.close()
  }
}

function renamed(thrown: unknown, copy: string, name: string): unknown {
  if (!(thrown instanceof SagittaError)) return thrown
  const details = thrown.details['path'] === copy ? { ...thrown.details, path: name } : thrown.details
  return new SagittaError(thrown.code, thrown.message.replaceAll(copy, name), details, { cause: thrown.cause })
}
