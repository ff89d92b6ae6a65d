// Where a dataset starts in a file and how it is written: preamble and meta header (PS3.10 section 7), one of them, or neither.
import dicomParser, { type DataSet } from 'dicom-parser'
import { Attributes } from './attributes'
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, transferSyntax } from './transferSyntax'

/** How elements are written, apart from what the pixel data is compressed with. */
export interface Encoding {
  readonly explicitVr: boolean
  readonly bigEndian: boolean
}

export interface DatasetStart {
  readonly offset: number
  readonly transferSyntaxUid: string
  /** Usually that of the transfer syntax; some writers declare one and write the other. */
  readonly encoding: Encoding
  readonly mediaStorageSopClassUid: string | null
}

const IMPLICIT: Encoding = { explicitVr: false, bigEndian: false }
const EXPLICIT: Encoding = { explicitVr: true, bigEndian: false }
const BIG_ENDIAN: Encoding = { explicitVr: true, bigEndian: true }

const PREAMBLE = 128
const VRS = new Set(
  'AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(' '),
)
const hasVr = (bytes: Uint8Array, at: number): boolean =>
  VRS.has(String.fromCharCode(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0))

const hasPrefix = (bytes: Uint8Array): boolean =>
  bytes.length >= PREAMBLE + 4 && String.fromCharCode(...bytes.subarray(PREAMBLE, PREAMBLE + 4)) === 'DICM'

/** Little-endian group number. */
const startsGroup = (bytes: Uint8Array, at: number, group: number): boolean =>
  bytes[at] === (group & 0xff) && bytes[at + 1] === group >> 8

/**
 * Whether these first bytes can be DICOM at all: `DICM` after a preamble, or a dataset that starts in group 0002 or 0008 with a
 * believable first element.
 */
export const looksLikeDicom = (bytes: Uint8Array): boolean =>
  hasPrefix(bytes) || (bytes.length >= 16 && encodingAt(bytes, 0) !== null)

/** Encoding of a dataset judged by its first element, which must be in group 0002 or 0008; null when it is no dataset. */
function encodingAt(bytes: Uint8Array, at: number): Encoding | null {
  if (startsGroup(bytes, at, 0x0002) || startsGroup(bytes, at, 0x0008)) {
    if (hasVr(bytes, at)) return EXPLICIT
    const length = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)
    // The first element of a real dataset is a group length, a character set or a UID: short.
    return length >= 0 && length <= 1024 ? IMPLICIT : null
  }
  return bytes[at] === 0 && bytes[at + 1] === 8 && hasVr(bytes, at) ? BIG_ENDIAN : null
}

export function findDatasetStart(bytes: Uint8Array): DatasetStart {
  const offset = hasPrefix(bytes) ? PREAMBLE + 4 : 0
  if (!startsGroup(bytes, offset, 0x0002)) {
    const encoding = encodingAt(bytes, offset) ?? IMPLICIT
    return { offset, transferSyntaxUid: nativeUid(encoding), encoding, mediaStorageSopClassUid: null }
  }
  const { attributes, end } = readMeta(bytes, offset)
  const found = encodingAt(bytes, end)
  const declaredUid = attributes.string('x00020010')
  const declared = declaredUid === null ? null : transferSyntax(declaredUid)
  const guess = hasVr(bytes, end) ? EXPLICIT : IMPLICIT
  // Deflated bytes are no elements: there the declaration is all there is.
  const encoding = declared?.deflated ? EXPLICIT : (found ?? (declaredUid === null ? guess : (declared ?? EXPLICIT)))
  const isNative = declaredUid === null || NATIVE.has(declaredUid)
  const transferSyntaxUid = isNative ? nativeUid(encoding) : declaredUid
  return { offset: end, transferSyntaxUid, encoding, mediaStorageSopClassUid: attributes.string('x00020002') }
}

const NATIVE = new Set([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE])

function nativeUid({ explicitVr, bigEndian }: Encoding): string {
  if (bigEndian) return EXPLICIT_BE
  return explicitVr ? EXPLICIT_LE : IMPLICIT_LE
}

/** Group 0002 is always Explicit VR Little Endian (PS3.10 7.1); its end is where another group starts, whatever its length says. */
function readMeta(bytes: Uint8Array, offset: number): { attributes: Attributes; end: number } {
  const dataSet = emptyDataSet(bytes, EXPLICIT)
  let end = offset
  try {
    const stream = new dicomParser.ByteStream(dataSet.byteArrayParser, bytes, offset)
    while (startsGroup(bytes, stream.position, 0x0002)) {
      const element = hasVr(bytes, stream.position)
        ? dicomParser.readDicomElementExplicit(stream, dataSet.warnings)
        : dicomParser.readDicomElementImplicit(stream)
      dataSet.elements[element.tag] = element
      end = stream.position
    }
  } catch (thrown) {
    if (!isParserComplaint(thrown)) throw thrown
  }
  return { attributes: new Attributes(dataSet), end }
}

/** dicom-parser throws strings when bytes run out or make no sense; nesting without end overflows the stack, and nonsense can hit null. */
export const isParserComplaint = (thrown: unknown): boolean =>
  typeof thrown === 'string' || thrown instanceof RangeError || thrown instanceof TypeError

interface DataSetConstructor {
  new (parser: unknown, bytes: Uint8Array, elements: object): DataSet
}

export function emptyDataSet(bytes: Uint8Array, { bigEndian }: Encoding): DataSet {
  const parser = bigEndian ? dicomParser.bigEndianByteArrayParser : dicomParser.littleEndianByteArrayParser
  // The type declarations know DataSet as an interface only.
  const { DataSet: Constructor } = dicomParser as unknown as { DataSet: DataSetConstructor }
  const dataSet = new Constructor(parser, bytes, {})
  dataSet.warnings = []
  return dataSet
}
