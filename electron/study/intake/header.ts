// The header of one DICOM file from as few bytes as it takes, and whether its pixel data is all there.
import { inflateRawSync } from 'node:zlib'
import { SagittaError } from '#common/errors'
import { instanceOf, type Instance } from '#common/dicom/instance'
import { looksLikeDicom, parseHeader, type Header } from '#common/dicom/parse'
import { valueBytes } from '#common/dicom/pixelLayout'
import { isNiftiStart } from '../images/niftiStart'
import type { OpenFile } from './bytes'

/** Most headers end here; larger ones (private elements, functional groups) are read again in steps of eight times as much. */
export const HEAD_BYTES = 32 * 1024
const GROWTH = 8
/** A deflated dataset has to be inflated whole; more than this is no header but an attack or damage. */
const INFLATED_LIMIT = 2 ** 31 - 1

export type FileKind =
  | { readonly kind: 'dicom'; readonly instance: Instance }
  | { readonly kind: 'nifti' }
  | { readonly kind: 'skipped'; readonly reason: string }

/**
 * What a file is, judged by its content alone.
 * @param scratch at least HEAD_BYTES, overwritten; nothing of it is kept
 */
export async function readFileKind(path: string, file: OpenFile, scratch: Uint8Array): Promise<FileKind> {
  if (file.size === 0) return skipped('empty file')
  let head = scratch.subarray(0, Math.min(file.size, HEAD_BYTES))
  head = head.subarray(0, await file.readInto(head, 0))
  if (isNiftiStart(head)) return { kind: 'nifti' }
  if (!looksLikeDicom(head)) return skipped('no DICOM file and no other image')
  let header = parse(head)
  while (needsMore(header, head.length, file.size)) {
    const longer = new Uint8Array(Math.min(file.size, head.length * GROWTH))
    head = longer.subarray(0, await file.readInto(longer, 0))
    header = parse(head)
    if (head.length < longer.length) break
  }
  if (!header.complete && !header.pixelData) return skipped('truncated: the file ends inside its header')
  return judge(instanceOf(header, path), header, file.size)
}

const skipped = (reason: string): FileKind => ({ kind: 'skipped', reason })

const needsMore = (header: Header, read: number, size: number): boolean =>
  read < size && !header.pixelData && !(header.complete && header.pixelData)

const parse = (bytes: Uint8Array): Header => parseHeader(bytes, inflateDataset)

/** Deflated bytes may be cut off (only the head was read) or padded; what can be inflated is enough. */
export function inflateDataset(deflated: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(deflated, {
      finishFlush: 2 /* Z_SYNC_FLUSH: accept a stream that is cut off */,
      maxOutputLength: INFLATED_LIMIT,
    })
  } catch (cause) {
    throw new SagittaError('corrupt-file', 'The deflated dataset cannot be inflated.', {}, { cause })
  }
}

function judge(instance: Instance, header: Header, fileSize: number): FileKind {
  const { image } = instance
  if (image && image.length !== null && header.deflatedFrom === null) {
    const needed = valueBytes(image.layout)
    const there = Math.min(image.length, Math.max(0, fileSize - image.offset))
    if (there < needed) return skipped(`truncated: its pixel data has ${there} of ${needed} bytes`)
  }
  if (image && image.length === null && header.deflatedFrom === null && fileSize <= image.offset)
    return skipped('truncated: its pixel data is missing')
  return { kind: 'dicom', instance }
}
