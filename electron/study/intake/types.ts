// What a scan hands on: per volume its facts, and where each slice's pixels lie, so that reading them needs no second scan.
import type { FilePlace } from '#common/dicom/instance'
import type { Tile } from '#common/dicom/mosaic'
import type { Palette } from '#common/dicom/palette'
import type { PixelLayout } from '#common/dicom/pixelLayout'
import type { ImageFormat } from '../images/imageFormat'
import type { Padding } from '#common/dicom/padding'
import type { Rescale } from '#common/dicom/rescale'
import type { Vec3 } from '#common/geometry/types'
import type { Inspection, VolumeInfo } from '#common/ipc/volume'

export interface ScanProgress {
  filesSeen: number
  filesRead: number
  skipped: number
  series: number
  /** Known once the folders have been walked; null before. */
  totalFiles: number | null
}

export interface ScanOptions {
  signal?: AbortSignal
  /** Called at most every 100 ms, and once at the end. */
  onProgress?: (progress: ScanProgress) => void
}

export interface Scan {
  inspection: Inspection
  /** By volume id; the same volumes as `inspection.volumes`. */
  sources: ReadonlyMap<string, VolumeSource>
}

/** Where the pixel data element of one DICOM file lies and how its samples are laid out. */
export interface PixelFile {
  readonly file: FilePlace
  readonly transferSyntaxUid: string
  readonly layout: PixelLayout
  readonly palette: Palette | null
  /** Byte offset of the element's value in the file (in the inflated dataset when the syntax is deflated). */
  readonly offset: number
  /** Length of the value in bytes; null when encapsulated (undefined length). */
  readonly length: number | null
  /** Where the deflated dataset starts in the file; null when the syntax does not deflate. */
  readonly deflatedFrom: number | null
}

/** Slice k of a DICOM volume. */
export interface SliceSource {
  readonly pixels: PixelFile
  /** 0-based frame within the file. */
  readonly frame: number
  /** For a slice that is part of the frame: where in it. */
  readonly tile: Tile | null
  readonly rescale: Rescale
  readonly padding: Padding | null
  /** Centre of the first voxel, LPS mm. */
  readonly positionLps: Vec3 | null
}

export interface DicomVolumeSource {
  readonly format: 'dicom'
  readonly info: VolumeInfo
  /** In the order of the volume's slices k. */
  readonly slices: readonly SliceSource[]
}

/** A NIfTI file, one 3-D part of it when it has a fourth axis. */
export interface NiftiVolumeSource {
  readonly format: 'nifti'
  readonly info: VolumeInfo
  readonly file: FilePlace
  /** Index along the fourth axis. */
  readonly part: number
}

/** A file of another image format (NRRD, MetaImage, PNG, TIFF, JPEG). */
export interface ImageVolumeSource {
  readonly format: 'image'
  readonly imageFormat: ImageFormat
  readonly info: VolumeInfo
  readonly file: FilePlace
  /** Index along the fourth axis. */
  readonly part: number
}

export type VolumeSource = DicomVolumeSource | NiftiVolumeSource | ImageVolumeSource
