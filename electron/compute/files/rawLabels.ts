// A label map on disk as other processes take it over: uint16 little endian, slice after slice.
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { whileWriting } from './atomic'

export class RawLabels {
  private constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly file: FileHandle,
  ) {}

  /** @throws disk-full, not-writable; so do the others. */
  static async create(path: string): Promise<RawLabels> {
    const temporary = `${path}.${process.pid}.tmp`
    try {
      return new RawLabels(path, temporary, await open(temporary, 'w'))
    } catch (thrown) {
      throw whileWriting(path, thrown)
    }
  }

  /** The next slice, row-major label values. */
  async append(labels: Uint16Array): Promise<void> {
    const bytes = new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength)
    try {
      for (let written = 0; written < bytes.length;) written += (await this.file.write(bytes, written)).bytesWritten
    } catch (thrown) {
      throw whileWriting(this.path, thrown)
    }
  }

  /** The file appears whole under its name. */
  async finish(): Promise<void> {
    try {
      await this.file.sync()
      await this.file.close()
      await rename(this.temporary, this.path)
    } catch (thrown) {
      throw whileWriting(this.path, thrown)
    }
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.file.close()
    await rm(this.temporary, { force: true })
  }
}
