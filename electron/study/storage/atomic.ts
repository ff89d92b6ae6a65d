// Files that are there whole or not at all: temporary file, fsync, rename.
import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SagittaError, asSagittaError } from '#common/errors'

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
    await mkdir(dirname(path), { recursive: true })
    await write(temporary)
    await syncFile(temporary)
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    await rm(temporary, { force: true })
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

/** A file error while writing `path`, in words that say what still holds. */
export function whileWriting(path: string, thrown: unknown): SagittaError {
  const error = asSagittaError(thrown)
  const nodeCode = (thrown as { code?: unknown } | null)?.code
  if (error.code === 'disk-full')
    return new SagittaError(
      'disk-full',
      `The disk is full: ${path} could not be written. What was saved before still holds. Free some space and try again.`,
      { path },
      { cause: thrown },
    )
  if (error.code === 'not-readable' || error.code === 'not-writable' || nodeCode === 'EIO' || nodeCode === 'EFBIG')
    return new SagittaError(
      'not-writable',
      `${path} could not be written (${String(nodeCode)}). What was saved before still holds. Check the disk and its permissions, or save the project to another folder.`,
      { path },
      { cause: thrown },
    )
  return error
}
