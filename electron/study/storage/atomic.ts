// Files that are there whole or not at all: temporary file, fsync, rename.
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SagittaError, asSagittaError } from '#common/errors'
import { makeFolder } from './makeFolder'

/** A name beside `path` that no reader takes for the file itself. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)

/**
 * Replaces `path` as a whole; its folder is made when missing. After a crash either the old or the new content is there.
 * @throws not-writable, disk-full: the old content still holds then.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await replaceAtomic(path, async temporary => {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(content)
    } finally {
      await file.close()
    }
  })
}

/** Like writeFileAtomic for a writer that takes a path: it writes the temporary file, which then takes the place of `path`. */
export async function replaceAtomic(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await makeFolder(dirname(path))
    await write(temporary)
    await syncFile(temporary)
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    // Where even its folder can't be used there is nothing to remove; the first error is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw whileWriting(path, thrown)
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a rename last through a power cut. Windows has no handle on folders and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A file error while writing `path`, in words that say what still holds; errors of other kinds unchanged. */
export function whileWriting(path: string, thrown: unknown): SagittaError {
  const { code } = (thrown ?? {}) as { code?: unknown }
  if (thrown instanceof SagittaError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code))
    return asSagittaError(thrown)
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return full
    ? new SagittaError(
        'disk-full',
        `The disk is full: ${path} could not be written. What was saved before still holds. Free some space and try again.`,
        { path },
        { cause: thrown },
      )
    : new SagittaError(
        'not-writable',
        `${path} could not be written (${code}). What was saved before still holds. Check the disk and its permissions, or choose another folder.`,
        { path, reason: code },
        { cause: thrown },
      )
}
