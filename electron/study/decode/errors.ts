// The errors of reading pixels: each names the file, and what of it could not be read.
import { placeName } from '#common/dicom/instance'
import { SagittaError } from '#common/errors'
import type { PixelFile } from '../intake/types'

export const nameOf = ({ file }: PixelFile): string => placeName(file)

export const truncated = (pixels: PixelFile, frame: number, has: string): SagittaError =>
  new SagittaError(
    'truncated',
    `${nameOf(pixels)} is truncated: frame ${frame + 1} ${has}. Its slice cannot be shown; get the file again from its source.`,
    { path: pixels.file.path, frame },
  )

export const unsupported = (pixels: PixelFile): SagittaError =>
  new SagittaError(
    'unsupported-transfer-syntax',
    `${nameOf(pixels)} is compressed with transfer syntax ${pixels.transferSyntaxUid}, which cannot be read. ` +
      'Export it from its archive without compression.',
    { path: pixels.file.path, transferSyntaxUid: pixels.transferSyntaxUid },
  )

export const decodeFailed = (pixels: PixelFile, frame: number, cause: unknown): SagittaError =>
  new SagittaError(
    'decode-failed',
    `Frame ${frame + 1} of ${nameOf(pixels)} cannot be decoded (${pixels.transferSyntaxUid}): ${reason(cause)}. ` +
      'The file is damaged, or not what its header says.',
    { path: pixels.file.path, frame, transferSyntaxUid: pixels.transferSyntaxUid },
    { cause },
  )

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')
