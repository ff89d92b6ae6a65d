// Raw files written slice by slice: they appear under their name only when they are whole and on the disk.
import { open, rename, rm, type FileHandle } from 'node:fs/promises'

export class RawFile {
  private constructor(
    private readonly path: string,
    private readonly partial: string,
    private readonly file: FileHandle,
  ) {}

  /** Errors of the file system come through as they are: they name the path. */
  static async create(path: string): Promise<RawFile> {
    const partial = `${path}.${process.pid}.part`
    return new RawFile(path, partial, await open(partial, 'w'))
  }

  async append(values: Float32Array | Uint8Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    let written = 0
    while (written < bytes.length) written += (await this.file.write(bytes, written)).bytesWritten
  }

  /** fsync, then the final name. */
  async finish(): Promise<void> {
    await this.file.sync()
    await this.file.close()
    await rename(this.partial, this.path)
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.file.close()
    await rm(this.partial, { force: true })
  }
}
