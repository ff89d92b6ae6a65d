// Which image format a file holds, by its first bytes; and what a PNG says of itself there.

export type ImageFormat = 'png' | 'jpeg' | 'tiff' | 'nrrd' | 'meta'

/** Null when it is none of these. */
export function imageFormatOf(head: Uint8Array): ImageFormat | null {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, n) => head[n] === byte)
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg'
  if (starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a)) return 'tiff'
  const text = String.fromCharCode(...head.subarray(0, 256))
  if (/^NRRD000\d/.test(text)) return 'nrrd'
  // MetaImage is text: key = value lines, ObjectType or NDims first.
  return /^(ObjectType|NDims)\s*=/.test(text) ? 'meta' : null
}

export interface ImageShape {
  readonly size: readonly [columns: number, rows: number, slices: number]
  readonly samples: 1 | 3
}

/** Size and channels of a PNG from its IHDR chunk (ISO 15948, 11.2.2), without opening the image; null when it is damaged. */
export function pngShape(head: Uint8Array): ImageShape | null {
  if (head.length < 33) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const [columns, rows] = [view.getUint32(16), view.getUint32(20)]
  const colourType = head[25]!
  if (columns === 0 || rows === 0 || ![0, 2, 3, 4, 6].includes(colourType)) return null
  return { size: [columns, rows, 1], samples: colourType === 0 || colourType === 4 ? 1 : 3 }
}
