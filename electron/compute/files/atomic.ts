// Files of a run that are there whole or not at all: temporary file, fsync, rename.
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SagittaError, asSagittaError } from '#common/errors'

/**
 * Replaces `path` as a whole; a kill at any moment leaves the old content or the new one (CASES T08).
 * @throws disk-full, not-writable: the old content still holds.
 */
export async function writeAtomic(path: string, parts: Iterable<Uint8Array | string>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      for (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw whileWriting(path, thrown)
  }
}

/** Makes a rename last through a power cut; Windows has no handle on folders and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** File errors met while writing: whatever the system calls them, the file could not be written. */
export function whileWriting(path: string, thrown: unknown): SagittaError {
  const error = asSagittaError(thrown)
  if (error.code === 'internal' || error.code === 'disk-full') return error
  return new SagittaError(
    'not-writable',
    `${path} could not be written: ${error.message} What was written before still holds.`,
    { path },
    { cause: thrown },
  )
}
