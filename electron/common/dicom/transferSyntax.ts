// The transfer syntaxes of PS3.5 annex A: how a dataset is written, and what its pixel data is compressed with.

/** Who turns an encapsulated frame into words. `native` frames are words already. */
export type Codec = 'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg2000' | 'htj2k'

export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly codec: Codec
  readonly explicitVr: boolean
  readonly bigEndian: boolean
  readonly deflated: boolean
  /** Whether decoding gives the stored values back exactly. */
  readonly lossless: boolean
}

const encapsulated = (uid: string, name: string, codec: Codec, lossless: boolean): TransferSyntax => ({
  ...{ uid, name, codec, lossless },
  ...{ explicitVr: true, bigEndian: false, deflated: false },
})

const native = (uid: string, name: string, traits: Partial<TransferSyntax>): TransferSyntax => ({
  ...{ uid, name, codec: 'native', lossless: true },
  ...{ explicitVr: true, bigEndian: false, deflated: false },
  ...traits,
})

export const IMPLICIT_LE = '1.2.840.10008.1.2'
export const EXPLICIT_LE = '1.2.840.10008.1.2.1'
export const EXPLICIT_BE = '1.2.840.10008.1.2.2'
export const DEFLATED_LE = '1.2.840.10008.1.2.1.99'

const TABLE: readonly TransferSyntax[] = [
  native(IMPLICIT_LE, 'Implicit VR Little Endian', { explicitVr: false }),
  native(EXPLICIT_LE, 'Explicit VR Little Endian', {}),
  native(EXPLICIT_BE, 'Explicit VR Big Endian', { bigEndian: true }),
  native(DEFLATED_LE, 'Deflated Explicit VR Little Endian', { deflated: true }),
  encapsulated('1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'native', true),
  encapsulated('1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', 'jpeg', false),
  encapsulated('1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 and 4)', 'jpeg', false),
  encapsulated('1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection (Process 6 and 8), retired', 'jpeg', false),
  encapsulated('1.2.840.10008.1.2.4.55', 'JPEG Full Progression (Process 10 and 12), retired', 'jpeg', false),
  encapsulated('1.2.840.10008.1.2.4.57', 'JPEG Lossless (Process 14)', 'jpeg', true),
  encapsulated('1.2.840.10008.1.2.4.70', 'JPEG Lossless (Process 14, Selection Value 1)', 'jpeg', true),
  encapsulated('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls', true),
  encapsulated('1.2.840.10008.1.2.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls', false),
  encapsulated('1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless', 'jpeg2000', true),
  encapsulated('1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg2000', false),
  encapsulated('1.2.840.10008.1.2.4.201', 'HTJ2K Lossless', 'htj2k', true),
  encapsulated('1.2.840.10008.1.2.4.202', 'HTJ2K Lossless RPCL', 'htj2k', true),
  encapsulated('1.2.840.10008.1.2.4.203', 'HTJ2K', 'htj2k', false),
  encapsulated('1.2.840.10008.1.2.5', 'RLE Lossless', 'rle', true),
]

const BY_UID = new Map(TABLE.map(syntax => [syntax.uid, syntax]))

/** null for a syntax we can't decode; such a dataset is still readable as Explicit VR Little Endian (PS3.5 A.4). */
export const transferSyntax = (uid: string): TransferSyntax | null => BY_UID.get(uid) ?? null
