// The bytes in which a pixel file's offsets count: the file itself, an entry of an archive, or the inflated dataset of either.
import { withFile, type OpenFile } from './bytes'
import { inflateDataset } from './header'
import type { PixelFile } from './types'
import { ZipArchive } from './zip'

/** Archives that stay open while a volume is read. */
export type OpenArchives = Map<string, Promise<ZipArchive>>

/** Opens the pixel data of one file for reading; closes files again, archives are left to `closeArchives`. */
export async function openPixels<T>(
  pixels: PixelFile,
  archives: OpenArchives,
  use: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const { path, entry } = pixels.file
  const inside = async (file: OpenFile): Promise<T> =>
    use(pixels.deflatedFrom === null ? file : await inflated(file, pixels.deflatedFrom))
  if (entry === null) return withFile(path, inside)
  const archive = archives.get(path) ?? ZipArchive.open(path)
  archives.set(path, archive)
  return inside((await archive).file(entry))
}

export async function closeArchives(archives: OpenArchives): Promise<void> {
  const opened = await Promise.allSettled(archives.values())
  for (const archive of opened) if (archive.status === 'fulfilled') archive.value.close()
  archives.clear()
}

async function inflated(file: OpenFile, from: number): Promise<OpenFile> {
  const deflated = new Uint8Array(file.size - from)
  await file.readInto(deflated, from)
  return inMemory(inflateDataset(deflated))
}

/** Bytes that are already here, read like a file. */
function inMemory(bytes: Uint8Array): OpenFile {
  return {
    size: bytes.length,
    readInto(target, position) {
      const part = bytes.subarray(position, position + target.length)
      target.set(part)
      return Promise.resolve(part.length)
    },
  }
}
