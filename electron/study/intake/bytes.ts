// Byte ranges of files: what may wait for a disk or a network is asynchronous, and nothing else, for a trip to Node's thread pool costs
// more than the call. No FileHandle objects: they cost as much again.
import { closeSync, fstatSync, open, read } from 'node:fs'
import { promisify } from 'node:util'

const opened = promisify(open)

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
    // The system knows the size of an open file, and has nothing to write when it is closed.
    const { size } = fstatSync(fd)
    return await use({ size, readInto: (target, position) => fill(fd, target, position) })
  } finally {
    closeSync(fd)
  }
}

/** Fills `target` from `position` of `path`, without asking for the file's size. Returns how many bytes there were. */
export async function readInto(path: string, target: Uint8Array, position: number): Promise<number> {
  const fd = await opened(path, 'r')
  try {
    return await fill(fd, target, position)
  } finally {
    closeSync(fd)
  }
}
