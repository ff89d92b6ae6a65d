// Raw files written slice by slice: they appear under their name only when they are whole and on the disk.
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { temporaryBeside, whileWriting } from '../storage/atomic'

export class RawFile {
  private constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly file: FileHandle,
  ) {}

  /** @throws not-writable, disk-full, naming the path; so do the others. */
  static async create(path: string): Promise<RawFile> {
    const temporary = temporaryBeside(path)
    try {
      return new RawFile(path, temporary, await open(temporary, 'wx'))
    } catch (thrown) {
      throw whileWriting(path, thrown)
    }
  }

  async append(values: Float32Array | Uint8Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    try {
      for (let written = 0; written < bytes.length;) written += (await this.file.write(bytes, written)).bytesWritten
    } catch (thrown) {
      throw whileWriting(this.path, thrown)
    }
  }

  /** fsync, then the final name. */
  async finish(): Promise<void> {
    try {
      await this.file.sync()
      await this.file.close()
      await rename(this.temporary, this.path)
    } catch (thrown) {
      await rm(this.temporary, { force: true })
      throw whileWriting(this.path, thrown)
    }
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.file.close()
    await rm(this.temporary, { force: true })
  }
}
