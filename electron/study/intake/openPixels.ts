// The bytes in which a pixel file's offsets count: the file itself, or its inflated dataset.
import { inflateDataset } from './header'
import { withFile, type OpenFile } from './bytes'
import type { PixelFile } from './types'

/** Opens the pixel data of one file for reading and closes it again. */
export async function openPixels<T>(pixels: PixelFile, use: (file: OpenFile) => Promise<T>): Promise<T> {
  return withFile(pixels.file.path, async file => {
    if (pixels.deflatedFrom === null) return use(file)
    const deflated = new Uint8Array(file.size - pixels.deflatedFrom)
    await file.readInto(deflated, pixels.deflatedFrom)
    return use(inMemory(inflateDataset(deflated)))
  })
}

/** Bytes that are already here, read like a file. */
export function inMemory(bytes: Uint8Array): OpenFile {
  return {
    size: bytes.length,
    readInto(target, position) {
      const part = bytes.subarray(position, position + target.length)
      target.set(part)
      return Promise.resolve(part.length)
    },
  }
}
