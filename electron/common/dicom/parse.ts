// Bytes to a dataset: preamble or none, meta header or none, any native encoding; stops at the pixel data (PS3.10 section 7).
import dicomParser, { type DataSet } from 'dicom-parser'
import { SagittaError } from '../errors'
import { Attributes, type Tag } from './attributes'
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, transferSyntax } from './transferSyntax'

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

/** Where the dataset starts and how it is written, from the first bytes of a file. */
interface Start {
  readonly offset: number
  readonly transferSyntaxUid: string
  readonly mediaStorageSopClassUid: string | null
}

const PREAMBLE = 128
const isAscii = (bytes: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((letter, index) => bytes[at + index] === letter.charCodeAt(0))

/** Group numbers in which a dataset without preamble may start: 0002 (meta header) and 0008 (PS3.6; 0000 and 0004 are not images). */
const startsGroup = (bytes: Uint8Array, at: number, group: number): boolean =>
  bytes[at] === (group & 0xff) && bytes[at + 1] === group >> 8
const VRS = new Set(
  'AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(' '),
)
const vrAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0)

/**
 * Whether these first bytes can be DICOM at all: `DICM` after a preamble, or a dataset that starts in group 0002 or 0008 with a
 * believable first element.
 */
export function looksLikeDicom(bytes: Uint8Array): boolean {
  if (bytes.length >= PREAMBLE + 4 && isAscii(bytes, PREAMBLE, 'DICM')) return true
  return bytes.length >= 16 && bareEncoding(bytes, 0) !== null
}

/** Encoding of a dataset without preamble, judged by its first element; null when it is no dataset. */
function bareEncoding(bytes: Uint8Array, at: number): string | null {
  const explicit = VRS.has(vrAt(bytes, at + 4))
  if (startsGroup(bytes, at, 0x0002) || startsGroup(bytes, at, 0x0008)) {
    if (explicit) return EXPLICIT_LE
    const length = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)
    // The first element of a real dataset is a group length, a character set or a UID: short.
    return length >= 0 && length <= 1024 ? IMPLICIT_LE : null
  }
  const bigEndianGroup8 = bytes[at] === 0 && bytes[at + 1] === 8
  return bigEndianGroup8 && explicit ? EXPLICIT_BE : null
}

function findStart(bytes: Uint8Array): Start {
  const hasPreamble = bytes.length >= PREAMBLE + 4 && isAscii(bytes, PREAMBLE, 'DICM')
  const offset = hasPreamble ? PREAMBLE + 4 : 0
  if (!startsGroup(bytes, offset, 0x0002)) {
    const uid = bareEncoding(bytes, offset) ?? IMPLICIT_LE
    return { offset, transferSyntaxUid: uid, mediaStorageSopClassUid: null }
  }
  const meta = readMeta(bytes, offset)
  const declared = meta.attributes.string('x00020010')
  // A dataset that contradicts its meta header is read as what it is (files rewritten by careless tools).
  const actual = declared === null ? bareEncoding(bytes, meta.end) : contradicted(bytes, meta.end, declared)
  return {
    offset: meta.end,
    transferSyntaxUid: actual ?? declared ?? EXPLICIT_LE,
    mediaStorageSopClassUid: meta.attributes.string('x00020002'),
  }
}

function contradicted(bytes: Uint8Array, at: number, declared: string): string | null {
  if (declared !== IMPLICIT_LE && declared !== EXPLICIT_LE) return null
  const found = at + 8 <= bytes.length ? bareEncoding(bytes, at) : null
  return found !== null && found !== EXPLICIT_BE ? found : null
}

/** Group 0002 is always Explicit VR Little Endian (PS3.10 7.1); its end is where another group starts, whatever its length says. */
function readMeta(bytes: Uint8Array, offset: number): { attributes: Attributes; end: number } {
  const dataSet = emptyDataSet(bytes, EXPLICIT_LE)
  const stream = new dicomParser.ByteStream(dataSet.byteArrayParser, bytes, offset)
  let end = offset
  try {
    while (startsGroup(bytes, stream.position, 0x0002)) {
      const element = VRS.has(vrAt(bytes, stream.position + 4))
        ? dicomParser.readDicomElementExplicit(stream)
        : dicomParser.readDicomElementImplicit(stream)
      dataSet.elements[element.tag] = element
      end = stream.position
    }
  } catch (thrown) {
    if (!isParserComplaint(thrown)) throw thrown
  }
  return { attributes: new Attributes(dataSet), end }
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
  const start = findStart(bytes)
  const inflated = transferSyntax(start.transferSyntaxUid)?.deflated ?? false
  const body = inflated ? inflate(bytes.subarray(start.offset)) : bytes
  const offset = inflated ? 0 : start.offset
  let result = parseUntil(body, offset, start.transferSyntaxUid, PIXEL_DATA)
  if (!result.complete) {
    // Float pixel data comes before (7FE0,0010) and is as long as an image: stop there instead.
    for (const tag of [FLOAT_PIXEL_DATA, DOUBLE_PIXEL_DATA]) {
      const again = parseUntil(body, offset, start.transferSyntaxUid, tag)
      if (again.complete) result = again
    }
  }
  const { dataSet, complete } = result
  return {
    attributes: new Attributes(dataSet),
    transferSyntaxUid: start.transferSyntaxUid,
    mediaStorageSopClassUid: start.mediaStorageSopClassUid,
    pixelData: pixelDataOf(dataSet),
    complete,
    deflatedFrom: inflated ? start.offset : null,
  }
}

function pixelDataOf(dataSet: DataSet): Header['pixelData'] {
  for (const tag of [PIXEL_DATA, FLOAT_PIXEL_DATA, DOUBLE_PIXEL_DATA]) {
    const element = dataSet.elements[tag]
    if (element) return { tag, offset: element.dataOffset, length: element.hadUndefinedLength ? null : element.length }
  }
  return null
}

function parseUntil(
  bytes: Uint8Array,
  offset: number,
  uid: string,
  untilTag: Tag,
): { dataSet: DataSet; complete: boolean } {
  const syntax = transferSyntax(uid)
  const dataSet = emptyDataSet(bytes, uid)
  const stream = new dicomParser.ByteStream(dataSet.byteArrayParser, bytes, offset)
  try {
    if (syntax?.explicitVr ?? true) dicomParser.parseDicomDataSetExplicit(dataSet, stream, bytes.length, { untilTag })
    else dicomParser.parseDicomDataSetImplicit(dataSet, stream, bytes.length, { untilTag })
    return { dataSet, complete: true }
  } catch (thrown) {
    if (!isParserComplaint(thrown)) throw thrown
    return { dataSet, complete: false }
  }
}

/** dicom-parser throws strings when bytes run out or make no sense; nesting without end overflows the stack, and nonsense can hit null. */
const isParserComplaint = (thrown: unknown): boolean =>
  typeof thrown === 'string' || thrown instanceof RangeError || thrown instanceof TypeError

interface DataSetConstructor {
  new (parser: unknown, bytes: Uint8Array, elements: object): DataSet
}

function emptyDataSet(bytes: Uint8Array, uid: string): DataSet {
  const parser = transferSyntax(uid)?.bigEndian
    ? dicomParser.bigEndianByteArrayParser
    : dicomParser.littleEndianByteArrayParser
  const { DataSet: Constructor } = dicomParser as unknown as { DataSet: DataSetConstructor }
  const dataSet = new Constructor(parser, bytes, {})
  dataSet.warnings = []
  return dataSet
}
