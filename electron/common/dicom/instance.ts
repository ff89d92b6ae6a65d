// The facts of one instance that a study is built from; small enough to keep a hundred thousand of them.
import { framesOf, type FrameFacts } from './frames'
import { mosaicOf, type Tile } from './mosaic'
import { paletteOf, type Palette } from './palette'
import { paddingOfImage, pixelLayoutOf } from './image'
import type { Padding } from './padding'
import type { Header } from './parse'
import type { PixelLayout } from './pixelLayout'
import { NO_REFERENCES, referencesOf } from './references'
import { objectKind, type ObjectKind } from './sopClass'
import { TAGS } from './tags'

export interface ImageFacts {
  readonly layout: PixelLayout
  /** Size of one slice: that of the frame, or of a tile where the frame is a mosaic. */
  readonly sliceSize: { readonly rows: number; readonly columns: number }
  /** Tiles of a mosaic, one per entry of `frames`; null for other images. */
  readonly tiles: readonly Tile[] | null
  readonly palette: Palette | null
  /** Value of the pixel data element: offset in the (inflated) file, and length, null when encapsulated. */
  readonly offset: number
  readonly length: number | null
  readonly deflatedFrom: number | null
  readonly padding: Padding | null
  /** Lossy Image Compression (0028,2110). */
  readonly lossy: boolean
  readonly frames: readonly FrameFacts[]
}

/** A file on disk, or an entry of the zip archive at `path`. */
export interface FilePlace {
  readonly path: string
  readonly entry: string | null
}

/** Path as people see it: that of an entry goes on from the archive's. */
export const placeName = ({ path, entry }: FilePlace): string => (entry === null ? path : `${path}/${entry}`)

export interface Instance {
  readonly place: FilePlace
  /** `placeName(place)` */
  readonly file: string
  readonly kind: ObjectKind
  readonly transferSyntaxUid: string
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly studyUid: string
  readonly seriesUid: string
  readonly seriesNumber: number | null
  readonly instanceNumber: number | null
  readonly frameOfReferenceUid: string
  readonly modality: string
  readonly imageType: readonly string[]
  readonly patientId: string
  readonly patientName: string
  readonly patientSex: string
  readonly patientAge: string
  readonly studyDate: string
  readonly studyDescription: string
  readonly seriesDescription: string
  /** Null when the instance has no image, or none that can be read: `imageProblem` then says why. */
  readonly image: ImageFacts | null
  readonly imageProblem: string | null
  /** For objects that refer to images (SEG, RTSTRUCT, SR): the series they name. */
  readonly referencedSeriesUids: readonly string[]
  readonly referencedSopInstanceUids: readonly string[]
}

/** Reads everything out of a parsed header; keeps no view into its bytes. */
export function instanceOf(header: Header, place: FilePlace): Instance {
  const { attributes } = header
  const modality = attributes.string(TAGS.Modality) ?? ''
  const sopClassUid = attributes.string(TAGS.SOPClassUID) ?? header.mediaStorageSopClassUid ?? ''
  const kind = objectKind(sopClassUid, modality)
  const read = imageOf(header)
  return {
    place,
    file: placeName(place),
    kind,
    transferSyntaxUid: header.transferSyntaxUid,
    sopClassUid,
    sopInstanceUid: attributes.string(TAGS.SOPInstanceUID) ?? '',
    studyUid: attributes.string(TAGS.StudyInstanceUID) ?? '',
    seriesUid: attributes.string(TAGS.SeriesInstanceUID) ?? '',
    seriesNumber: attributes.decimal(TAGS.SeriesNumber),
    instanceNumber: attributes.decimal(TAGS.InstanceNumber),
    frameOfReferenceUid: attributes.string(TAGS.FrameOfReferenceUID) ?? '',
    modality,
    imageType: attributes.strings(TAGS.ImageType),
    patientId: attributes.text(TAGS.PatientID) ?? '',
    patientName: attributes.personName(TAGS.PatientName) ?? '',
    patientSex: attributes.string(TAGS.PatientSex) ?? '',
    patientAge: attributes.string(TAGS.PatientAge) ?? '',
    studyDate: attributes.string(TAGS.StudyDate) ?? '',
    studyDescription: attributes.text(TAGS.StudyDescription) ?? '',
    seriesDescription: attributes.text(TAGS.SeriesDescription) ?? attributes.text(TAGS.ProtocolName) ?? '',
    image: 'image' in read ? read.image : null,
    imageProblem: 'problem' in read ? read.problem : null,
    ...(kind === 'image' ? NO_REFERENCES : referencesOf(attributes)),
  }
}

function imageOf(header: Header): { image: ImageFacts } | { problem: string } {
  const { attributes, pixelData } = header
  if (!pixelData) return { problem: 'it holds no pixel data' }
  const read = pixelLayoutOf(attributes, pixelData.tag)
  if ('problem' in read) return read
  const { layout } = read
  const frames = framesOf(attributes, layout)
  const mosaic = mosaicOf(attributes, layout, frames[0]!)
  const isPalette = layout.photometric === 'PALETTE COLOR'
  return {
    image: {
      layout,
      sliceSize: mosaic ?? layout,
      tiles: mosaic?.tiles ?? null,
      palette: isPalette ? paletteOf(attributes, layout.signed) : null,
      offset: pixelData.offset,
      length: pixelData.length,
      deflatedFrom: header.deflatedFrom,
      padding: layout.kind === 'integer' ? paddingOfImage(attributes, layout.signed) : null,
      lossy: attributes.string(TAGS.LossyImageCompression) === '01',
      frames: mosaic?.frames ?? frames,
    },
  }
}
