// Byte ranges of files, asynchronously and without the cost of a FileHandle object per read.
import { close, fstat, open, read, type Stats } from 'node:fs'
import { promisify } from 'node:util'

const opened = promisify(open)
const closed = promisify(close)
const statted: (fd: number) => Promise<Stats> = promisify(fstat)

/** Reads until `target` is full or the file ends; a single read may return less. */
async function fill(fd: number, target: Uint8Array, position: number): Promise<number> {
  let done = 0
  while (done < target.length) {
    const count = await readOnce(fd, target, done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}

const readOnce = (fd: number, target: Uint8Array, offset: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, target, offset, target.length - offset, position, (error, count) => {
      if (error) reject(error)
      else resolve(count)
    })
  })

export interface OpenFile {
  readonly size: number
  /** Fills `target` from `position` on; returns how many bytes there were. */
  readInto(target: Uint8Array, position: number): Promise<number>
}

/** Opens `path`, hands it to `use`, and closes it whatever happens. */
export async function withFile<T>(path: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
  const fd = await opened(path, 'r')
  try {
    const { size } = await statted(fd)
    return await use({ size, readInto: (target, position) => fill(fd, target, position) })
  } finally {
    await closed(fd)
  }
}

/** Fills `target` from `position` of `path`, without asking for the file's size. Returns how many bytes there were. */
export async function readInto(path: string, target: Uint8Array, position: number): Promise<number> {
  const fd = await opened(path, 'r')
  try {
    return await fill(fd, target, position)
  } finally {
    await closed(fd)
  }
}
