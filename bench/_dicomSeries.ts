// A folder of generated CT slices for benches: explicit little endian, signed 16 bits, or encapsulated in a compressed syntax.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SeriesToWrite {
  readonly slices: number
  readonly size: number
  /** Frame of slice k: words little endian, or a codestream when `transferSyntaxUid` is compressed. */
  readonly frame: (k: number) => Uint8Array
  readonly transferSyntaxUid?: string
}

const EXPLICIT_LE = '1.2.840.10008.1.2.1'
const ROOT_UID = '1.2.826.0.1.3680043.10.1337'
const LONG = new Set(['OB', 'OW'])

function element(
  group: number,
  number: number,
  vr: string,
  value: string | number | Uint8Array,
  length?: number,
): Buffer {
  const pad = vr === 'UI' ? '\0' : ' '
  const text = typeof value === 'string' ? (value.length % 2 ? value + pad : value) : ''
  const body =
    typeof value === 'string' ? Buffer.from(text) : typeof value === 'number' ? Buffer.alloc(2) : Buffer.from(value)
  if (typeof value === 'number') body.writeUInt16LE(value)
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8)
  head.writeUInt16LE(group, 0)
  head.writeUInt16LE(number, 2)
  head.write(vr, 4, 'latin1')
  if (LONG.has(vr)) head.writeUInt32LE(length ?? body.length, 8)
  else head.writeUInt16LE(body.length, 6)
  return Buffer.concat([head, body])
}

const item = (number: number, value: Uint8Array): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(0xfffe, 0)
  head.writeUInt16LE(number, 2)
  head.writeUInt32LE(value.length, 4)
  return Buffer.concat([head, value])
}

const encapsulated = (frame: Uint8Array): Buffer => {
  const even = Buffer.concat([frame, Buffer.alloc(frame.length % 2)])
  return Buffer.concat([item(0xe000, Buffer.alloc(0)), item(0xe000, even), item(0xe0dd, Buffer.alloc(0))])
}

/** Writes `folder/0000` … and returns the folder. */
export function writeSeries(
  folder: string,
  { slices, size, frame, transferSyntaxUid = EXPLICIT_LE }: SeriesToWrite,
): string {
  mkdirSync(folder, { recursive: true })
  const compressed = transferSyntaxUid !== EXPLICIT_LE
  for (let k = 0; k < slices; k++) {
    const pixels = compressed
      ? element(0x7fe0, 0x0010, 'OB', encapsulated(frame(k)), 0xffffffff)
      : element(0x7fe0, 0x0010, 'OW', frame(k))
    const meta = [
      element(0x0002, 0x0002, 'UI', '1.2.840.10008.5.1.4.1.1.2'),
      element(0x0002, 0x0003, 'UI', `${ROOT_UID}.${k}`),
      element(0x0002, 0x0010, 'UI', transferSyntaxUid),
    ]
    const length = Buffer.alloc(4)
    length.writeUInt32LE(Buffer.concat(meta).length)
    const dataset = [
      element(0x0008, 0x0008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'),
      element(0x0008, 0x0016, 'UI', '1.2.840.10008.5.1.4.1.1.2'),
      element(0x0008, 0x0018, 'UI', `${ROOT_UID}.${k}`),
      element(0x0008, 0x0060, 'CS', 'CT'),
      element(0x0008, 0x0070, 'LO', 'Bench'),
      element(0x0010, 0x0010, 'PN', 'Bench^Bench'),
      element(0x0010, 0x0020, 'LO', 'BENCH'),
      element(0x0018, 0x0050, 'DS', '1'),
      element(0x0020, 0x000d, 'UI', `${ROOT_UID}.1`),
      element(0x0020, 0x000e, 'UI', `${ROOT_UID}.2`),
      element(0x0020, 0x0011, 'IS', '1'),
      element(0x0020, 0x0013, 'IS', String(k + 1)),
      element(0x0020, 0x0032, 'DS', `-128\\-128\\${k}`),
      element(0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0'),
      element(0x0020, 0x0052, 'UI', `${ROOT_UID}.3`),
      element(0x0028, 0x0002, 'US', 1),
      element(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
      element(0x0028, 0x0010, 'US', size),
      element(0x0028, 0x0011, 'US', size),
      element(0x0028, 0x0030, 'DS', '0.5\\0.5'),
      element(0x0028, 0x0100, 'US', 16),
      element(0x0028, 0x0101, 'US', 16),
      element(0x0028, 0x0102, 'US', 15),
      element(0x0028, 0x0103, 'US', 1),
      element(0x0028, 0x1052, 'DS', '-1024'),
      element(0x0028, 0x1053, 'DS', '1'),
    ]
    const head = element(0x0002, 0x0000, 'UL', new Uint8Array(length))
    const file = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), head, ...meta, ...dataset, pixels])
    writeFileSync(join(folder, String(k).padStart(4, '0')), file)
  }
  return folder
}
