// Bytes to a parsed header: everything before the pixel data, and where that is.
import dicomParser, { type DataSet } from 'dicom-parser'
import { SagittaError } from '../errors'
import { Attributes, type Tag } from './attributes'
import { emptyDataSet, findDatasetStart, isParserComplaint, looksLikeDicom, type Encoding } from './datasetStart'
import { transferSyntax } from './transferSyntax'

export const PIXEL_DATA: Tag = 'x7fe00010'
export const FLOAT_PIXEL_DATA: Tag = 'x7fe00008'
export const DOUBLE_PIXEL_DATA: Tag = 'x7fe00009'

export interface Header {
  readonly attributes: Attributes
  readonly transferSyntaxUid: string
  /** Media Storage SOP Class, from the meta header. */
  readonly mediaStorageSopClassUid: string | null
  /** The pixel data element; null when the dataset has none. `length` is null when encapsulated. */
  readonly pixelData: { readonly tag: Tag; readonly offset: number; readonly length: number | null } | null
  /** False when the bytes ended inside an element before the pixel data: more bytes may help. */
  readonly complete: boolean
  /** Where the deflated dataset starts in the file, when it is deflated: offsets then count within the inflated dataset. */
  readonly deflatedFrom: number | null
}

/**
 * Parses the header of a DICOM file.
 *
 * @param bytes the file or its first part
 * @param inflate raw deflate, for Deflated Explicit VR Little Endian; gets all bytes from the dataset on
 * @throws not-dicom when no dataset can be found
 */
export function parseHeader(bytes: Uint8Array, inflate: (deflated: Uint8Array) => Uint8Array): Header {
  if (!looksLikeDicom(bytes)) throw new SagittaError('not-dicom', 'The file holds no DICOM dataset.')
  const start = findDatasetStart(bytes)
  const deflated = transferSyntax(start.transferSyntaxUid)?.deflated ?? false
  const body = deflated ? inflate(bytes.subarray(start.offset)) : bytes
  const { dataSet, complete } = parseToPixels(body, deflated ? 0 : start.offset, start.encoding)
  return {
    attributes: new Attributes(dataSet),
    transferSyntaxUid: start.transferSyntaxUid,
    mediaStorageSopClassUid: start.mediaStorageSopClassUid,
    pixelData: pixelDataOf(dataSet),
    complete,
    deflatedFrom: deflated ? start.offset : null,
  }
}

interface Parsed {
  readonly dataSet: DataSet
  readonly complete: boolean
}

/** Float pixel data comes before (7FE0,0010) and is as long as an image: when bytes run out, it may be the place to stop. */
function parseToPixels(bytes: Uint8Array, offset: number, encoding: Encoding): Parsed {
  const usual = parseUntil(bytes, offset, encoding, PIXEL_DATA)
  if (usual.complete) return usual
  return (
    [FLOAT_PIXEL_DATA, DOUBLE_PIXEL_DATA]
      .map(tag => parseUntil(bytes, offset, encoding, tag))
      .find(({ dataSet, complete }) => complete && pixelDataOf(dataSet)) ?? usual
  )
}

function parseUntil(bytes: Uint8Array, offset: number, encoding: Encoding, untilTag: Tag): Parsed {
  const dataSet = emptyDataSet(bytes, encoding)
  try {
    const stream = new dicomParser.ByteStream(dataSet.byteArrayParser, bytes, offset)
    if (encoding.explicitVr) dicomParser.parseDicomDataSetExplicit(dataSet, stream, bytes.length, { untilTag })
    else dicomParser.parseDicomDataSetImplicit(dataSet, stream, bytes.length, { untilTag })
    return { dataSet, complete: true }
  } catch (thrown) {
    if (!isParserComplaint(thrown)) throw thrown
    return { dataSet, complete: false }
  }
}

function pixelDataOf(dataSet: DataSet): Header['pixelData'] {
  for (const tag of [PIXEL_DATA, FLOAT_PIXEL_DATA, DOUBLE_PIXEL_DATA]) {
    const element = dataSet.elements[tag]
    if (element) return { tag, offset: element.dataOffset, length: element.hadUndefinedLength ? null : element.length }
  }
  return null
}
