// The header of one DICOM file from as few bytes as it takes, and whether its pixel data is all there.
import { constants, inflateRawSync } from 'node:zlib'
import { SagittaError } from '#common/errors'
import { instanceOf, type FilePlace, type Instance } from '#common/dicom/instance'
import { looksLikeDicom } from '#common/dicom/datasetStart'
import { parseHeader, type Header } from '#common/dicom/parse'
import { valueBytes } from '#common/dicom/pixelLayout'
import { imageFormatOf, type ImageFormat } from '../images/imageFormat'
import { isNiftiStart } from '../images/niftiStart'
import type { OpenFile } from './bytes'
import { isZipStart } from './zip'

/** Most headers end here; larger ones (private elements, functional groups) are read again in steps of eight times as much. */
export const HEAD_BYTES = 32 * 1024
const GROWTH = 8
/** Kept of other images, to tell files of one name apart. */
const IDENTITY_BYTES = 4096
/** No header is longer, not with ten thousand functional groups; what goes on without pixel data is no image. */
const HEAD_LIMIT = 64 * 1024 * 1024
/** More than this does not come out of an honest deflated dataset. */
const INFLATED_LIMIT = 2 ** 30

export type FileKind =
  | { readonly kind: 'dicom'; readonly instance: Instance }
  | { readonly kind: 'nifti' }
  | { readonly kind: 'zip' }
  /** `head`: a copy of its first bytes. */
  | { readonly kind: 'image'; readonly format: ImageFormat; readonly head: Uint8Array }
  /** `instance`: what the header says of an image that is not all there. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly instance?: Instance }

/**
 * What a file is, judged by its content alone.
 * @param scratch at least HEAD_BYTES, overwritten; nothing of it is kept
 */
export async function readFileKind(place: FilePlace, file: OpenFile, scratch: Uint8Array): Promise<FileKind> {
  if (file.size === 0) return skipped('empty file')
  let head = scratch.subarray(0, Math.min(file.size, HEAD_BYTES))
  head = head.subarray(0, await file.readInto(head, 0))
  if (!looksLikeDicom(head)) return otherKind(head)
  let header = parse(head)
  while (!header.pixelData && head.length < Math.min(file.size, HEAD_LIMIT)) {
    const longer = new Uint8Array(Math.min(file.size, HEAD_LIMIT, head.length * GROWTH))
    const read = await file.readInto(longer, 0)
    if (read <= head.length) break
    head = longer.subarray(0, read)
    header = parse(head)
  }
  return judge(instanceOf(header, place), header, file.size)
}

/** Asked after DICOM: a preamble may hold a TIFF header, for readers of either kind (PS3.10 7.1). */
function otherKind(head: Uint8Array): FileKind {
  if (isNiftiStart(head)) return { kind: 'nifti' }
  if (isZipStart(head)) return { kind: 'zip' }
  const format = imageFormatOf(head)
  return format
    ? { kind: 'image', format, head: head.slice(0, IDENTITY_BYTES) }
    : skipped('no DICOM file and no other image')
}

const skipped = (reason: string, instance?: Instance): FileKind => ({
  kind: 'skipped',
  reason,
  ...(instance ? { instance } : {}),
})

const parse = (bytes: Uint8Array): Header => parseHeader(bytes, inflateDataset)

/** Deflated bytes may be cut off (only the head was read) or padded; what can be inflated is enough. */
export function inflateDataset(deflated: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: INFLATED_LIMIT })
  } catch (cause) {
    throw new SagittaError('corrupt-file', 'The deflated dataset cannot be inflated.', {}, { cause })
  }
}

/** Pixel data that is cut off is found here, before a place is made for it. */
function judge(instance: Instance, header: Header, fileSize: number): FileKind {
  const { image } = instance
  if (instance.kind === 'image' && !header.complete && !header.pixelData)
    return skipped('truncated: the file ends inside its header', instance)
  if (!image || header.deflatedFrom !== null) return { kind: 'dicom', instance }
  const left = Math.max(0, fileSize - image.offset)
  if (image.length === null)
    return left > 0 ? { kind: 'dicom', instance } : skipped('truncated: its pixel data is missing', instance)
  const needed = valueBytes(image.layout)
  const there = Math.min(image.length, left)
  return there < needed
    ? skipped(`truncated: its pixel data has ${there} of ${needed} bytes`, instance)
    : { kind: 'dicom', instance }
}
