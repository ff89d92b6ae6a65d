// Test-only DICOM writer: datasets as tables of tag, VR and value, in any native encoding, with or without preamble.
import { deflateRawSync } from 'node:zlib'
import { DEFLATED_LE, EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '#common/dicom/transferSyntax'

export type TestValue = string | number | readonly number[] | Uint8Array | readonly TestDataset[] | TestFragments
/** `GGGGEEEE` to VR and value. */
export type TestDataset = Readonly<Record<string, readonly [vr: string, value: TestValue]>>

/** Encapsulated pixel data: basic offset table and fragments. */
export interface TestFragments {
  readonly offsets: readonly number[]
  readonly fragments: readonly Uint8Array[]
  /** Leave the sequence delimiter out. */
  readonly open?: boolean
}

export interface TestFileOptions {
  readonly transferSyntaxUid?: string
  /** `bare`: no preamble and no meta header. */
  readonly form?: 'part10' | 'bare'
}

const LONG = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'SQ', 'UN', 'UT', 'UC', 'UR'])

export function dicomFile(
  dataset: TestDataset,
  { transferSyntaxUid = EXPLICIT_LE, form = 'part10' }: TestFileOptions = {},
): Buffer {
  const explicit = transferSyntaxUid !== IMPLICIT_LE
  const body = encode(dataset, explicit, transferSyntaxUid === EXPLICIT_BE)
  if (form === 'bare') return body
  const meta = encode(
    { '00020002': ['UI', '1.2.840.10008.5.1.4.1.1.2'], '00020010': ['UI', transferSyntaxUid] },
    true,
    false,
  )
  const written = transferSyntaxUid === DEFLATED_LE ? deflateRawSync(body) : body
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, written])
}

function encode(dataset: TestDataset, explicit: boolean, bigEndian: boolean): Buffer {
  const tags = Object.keys(dataset).sort()
  return Buffer.concat(tags.map(tag => element(tag, ...dataset[tag]!, explicit, bigEndian)))
}

function element(tag: string, vr: string, value: TestValue, explicit: boolean, bigEndian: boolean): Buffer {
  const u16 = (n: number): Buffer => number(n, 2, bigEndian)
  const u32 = (n: number): Buffer => number(n, 4, bigEndian)
  const name = Buffer.concat([u16(parseInt(tag.slice(0, 4), 16)), u16(parseInt(tag.slice(4), 16))])
  const encapsulated = typeof value === 'object' && 'fragments' in value
  const body = encapsulated ? fragments(value) : bytesOf(vr, value, explicit, bigEndian)
  const padded = body.length % 2 ? Buffer.concat([body, Buffer.from([vr === 'UI' || vr === 'OB' ? 0 : 0x20])]) : body
  const length = encapsulated ? 0xffffffff : padded.length
  if (!explicit) return Buffer.concat([name, u32(length), padded])
  const header = LONG.has(vr) ? [Buffer.from(vr), Buffer.alloc(2), u32(length)] : [Buffer.from(vr), u16(length)]
  return Buffer.concat([name, ...header, padded])
}

const number = (value: number, bytes: number, bigEndian: boolean): Buffer => {
  const buffer = Buffer.alloc(bytes)
  if (bigEndian) buffer.writeUIntBE(value >>> 0, 0, bytes)
  else buffer.writeUIntLE(value >>> 0, 0, bytes)
  return buffer
}

function bytesOf(vr: string, value: TestValue, explicit: boolean, bigEndian: boolean): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  if (vr === 'SQ') return items(value as readonly TestDataset[], explicit, bigEndian)
  const numbers = typeof value === 'number' ? [value] : (value as readonly number[])
  return Buffer.concat(numbers.map(n => binary(vr, n, bigEndian)))
}

function binary(vr: string, value: number, bigEndian: boolean): Buffer {
  const buffer = Buffer.alloc(vr === 'FD' ? 8 : vr === 'US' || vr === 'SS' || vr === 'OW' ? 2 : vr === 'OB' ? 1 : 4)
  const view = new DataView(buffer.buffer, buffer.byteOffset)
  if (vr === 'FD') view.setFloat64(0, value, !bigEndian)
  else if (vr === 'FL' || vr === 'OF') view.setFloat32(0, value, !bigEndian)
  else if (buffer.length === 1) view.setUint8(0, value)
  else if (buffer.length === 2) view.setUint16(0, value & 0xffff, !bigEndian)
  else view.setUint32(0, value >>> 0, !bigEndian)
  return buffer
}

const item = (tag: number, length: number, bigEndian: boolean): Buffer =>
  Buffer.concat([number(0xfffe, 2, bigEndian), number(tag, 2, bigEndian), number(length, 4, bigEndian)])

const items = (datasets: readonly TestDataset[], explicit: boolean, bigEndian: boolean): Buffer =>
  Buffer.concat(
    datasets.flatMap(dataset => {
      const body = encode(dataset, explicit, bigEndian)
      return [item(0xe000, body.length, bigEndian), body]
    }),
  )

function fragments({ offsets, fragments: parts, open }: TestFragments): Buffer {
  const table = Buffer.concat(offsets.map(offset => number(offset, 4, false)))
  const even = (part: Uint8Array): Buffer => Buffer.concat([part, Buffer.alloc(part.length % 2)])
  return Buffer.concat([
    ...[item(0xe000, table.length, false), table],
    ...parts.flatMap(part => [item(0xe000, even(part).length, false), even(part)]),
    open ? Buffer.alloc(0) : item(0xe0dd, 0, false),
  ])
}

export interface TestImage {
  readonly rows: number
  readonly columns: number
  readonly values: readonly number[]
  readonly positionLps?: readonly number[]
  readonly orientation?: readonly number[]
  readonly spacingMm?: readonly [row: number, column: number]
  readonly instanceNumber?: number | null
  /** Further elements, or others in place of the usual. */
  readonly with?: TestDataset
}

let uid = 0
const nextUid = (): string => `1.2.826.0.1.3680043.10.1.${++uid}`

/** A single-frame CT of 16 bits: enough for geometry. */
export function imageDataset(image: TestImage): TestDataset {
  const {
    rows,
    columns,
    values,
    positionLps,
    orientation = [1, 0, 0, 0, 1, 0],
    spacingMm = [1, 1],
    instanceNumber = null,
  } = image
  return {
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.2'],
    '00080018': ['UI', nextUid()],
    '00080060': ['CS', 'CT'],
    '00100010': ['PN', 'Test^Patient'],
    '00100020': ['LO', 'T1'],
    '0020000D': ['UI', '1.2.826.0.1.3680043.10.2'],
    '0020000E': ['UI', '1.2.826.0.1.3680043.10.3'],
    ...(instanceNumber === null ? {} : { '00200013': ['IS', String(instanceNumber)] as const }),
    ...(positionLps ? { '00200032': ['DS', positionLps.join('\\')] as const } : {}),
    ...(positionLps ? { '00200037': ['DS', orientation.join('\\')] as const } : {}),
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280010': ['US', rows],
    '00280011': ['US', columns],
    '00280030': ['DS', spacingMm.join('\\')],
    '00280100': ['US', 16],
    '00280101': ['US', 16],
    '00280102': ['US', 15],
    '00280103': ['US', 0],
    '7FE00010': ['OW', values],
    ...image.with,
  }
}
