// A text file that only grows. A write that failed half way is cut off again, so that the file always ends with a whole record.
import { open, type FileHandle } from 'node:fs/promises'
import { whileWriting, writeFileAtomic } from './atomic'

/** Longest time between a record's write and its fsync. */
const SYNC_MS = 300

export class AppendLog {
  private handle: FileHandle | null = null
  private torn = true
  private timer: NodeJS.Timeout | null = null
  private syncing: Promise<void> = Promise.resolve()
  private unsound = false

  /**
   * @param path an existing file
   * @param bytes its length up to the last whole record; what follows is cut off before the first append
   * @param onTrouble told when an fsync fails: records acknowledged before may not survive a power cut until the next rewrite
   */
  constructor(
    readonly path: string,
    private bytes: number,
    private readonly onTrouble: (error: Error) => void,
  ) {}

  get length(): number {
    return this.bytes
  }

  /** After a failed fsync the system may have dropped pages: replace the file from memory before going on. */
  get needsRewrite(): boolean {
    return this.unsound
  }

  /**
   * Resolves when the operating system has the record: it survives the end of this process. An fsync follows within SYNC_MS.
   * Calls must not overlap.
   * @throws not-writable, disk-full: the file is as before, and the next append may succeed.
   */
  async append(record: string): Promise<void> {
    const buffer = Buffer.from(record)
    try {
      const handle = await this.open()
      for (let written = 0; written < buffer.length;)
        written += (await handle.write(buffer, written, buffer.length - written, this.bytes + written)).bytesWritten
      this.bytes += buffer.length
      this.timer ??= setTimeout(() => void this.syncLater(), SYNC_MS)
    } catch (thrown) {
      this.torn = true
      await this.cut()
      throw whileWriting(this.path, thrown)
    }
  }

  /** Replaces the whole file. On failure the old content still holds. */
  async rewrite(content: string): Promise<void> {
    await this.release()
    await writeFileAtomic(this.path, content)
    this.bytes = Buffer.byteLength(content)
    this.torn = false
    this.unsound = false
  }

  /** Resolves when everything appended so far is on the disk. */
  async sync(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const handle = this.handle
    if (!handle) return this.syncing
    this.syncing = this.syncing.then(() => handle.sync())
    try {
      await this.syncing
    } catch (thrown) {
      this.syncing = Promise.resolve()
      this.unsound = true
      throw whileWriting(this.path, thrown)
    }
  }

  async close(): Promise<void> {
    try {
      await this.sync()
    } finally {
      await this.release()
    }
  }

  private async syncLater(): Promise<void> {
    try {
      await this.sync()
    } catch (thrown) {
      this.onTrouble(thrown instanceof Error ? thrown : new Error(String(thrown)))
    }
  }

  private async open(): Promise<FileHandle> {
    this.handle ??= await open(this.path, 'r+')
    if (this.torn) await this.handle.truncate(this.bytes)
    this.torn = false
    return this.handle
  }

  /** Tries to remove a half-written record at once; if that fails too, the next append does it first. */
  private async cut(): Promise<void> {
    if (!this.handle) return
    try {
      await this.handle.truncate(this.bytes)
      this.torn = false
    } catch {
      await this.release()
    }
  }

  private async release(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const handle = this.handle
    this.handle = null
    await handle?.close()
  }
}
