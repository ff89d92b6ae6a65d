// What a scan has found so far: counted, sorted into kinds, and reported while the files come in.
import { placeName, type FilePlace, type Instance } from '#common/dicom/instance'
import { seriesKey } from '#common/dicom/volumes'
import type { Skipped } from '#common/ipc/volume'
import type { FileKind } from './header'
import { imageVolumes } from '../images/imageVolume'
import { niftiVolumes } from '../images/niftiVolume'
import type { ScanOptions, ScanProgress, VolumeSource } from './types'

const PROGRESS_MS = 100

export class Tally {
  readonly images: Instance[] = []
  readonly objects: Instance[] = []
  /** Images other than DICOM, with how their volumes are found. */
  readonly files: { readonly path: string; readonly read: () => Promise<VolumeSource[]> }[] = []
  readonly skipped: Skipped[] = []
  /** DICOMDIRs on disk. */
  readonly indexes: string[] = []
  private readonly paths = new Set<string>()
  /** What is known of images that were skipped because they are cut off. */
  readonly truncated: { instance: Instance; reason: string }[] = []
  private readonly series = new Set<string>()
  private filesSeen = 0
  private totalFiles: number | null = null
  private reportedAt = -Infinity

  constructor(private readonly options: ScanOptions) {}

  /** @param path of a file on disk; entries of archives are only counted */
  seen(path?: string): void {
    this.filesSeen++
    if (path !== undefined) this.paths.add(path)
  }

  knows(path: string): boolean {
    return this.paths.has(path)
  }

  skip(path: string, reason: string): void {
    this.skipped.push({ path, reason })
  }

  add(place: FilePlace, found: Exclude<FileKind, { kind: 'zip' }>): void {
    const path = placeName(place)
    if (found.kind === 'nifti') this.files.push({ path, read: () => niftiVolumes(place) })
    else if (found.kind === 'image')
      this.files.push({ path, read: () => imageVolumes(place, found.format, found.head) })
    else if (found.kind === 'dicom') this.addInstance(found.instance)
    else {
      this.skip(path, found.reason)
      if (found.instance) this.truncated.push({ instance: found.instance, reason: found.reason })
    }
    if (performance.now() - this.reportedAt >= PROGRESS_MS) this.report()
  }

  /** Puts the findings in an order that does not depend on which read ended first. */
  walked(): void {
    this.totalFiles = this.filesSeen
    const byFile = (a: Instance, b: Instance): number => (a.file < b.file ? -1 : 1)
    this.images.sort(byFile)
    this.objects.sort(byFile)
    this.files.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  private addInstance(instance: Instance): void {
    const { kind, file, place, image, imageProblem } = instance
    if (kind === 'dicomdir') {
      this.skip(file, 'a DICOMDIR: an index, no image')
      if (place.entry === null) this.indexes.push(file)
    } else if (kind !== 'image') this.objects.push(instance)
    else if (!image) this.skip(file, `no image: ${imageProblem ?? 'unknown'}`)
    else {
      this.images.push(instance)
      this.series.add(seriesKey(instance))
    }
  }

  report(): void {
    this.reportedAt = performance.now()
    const progress: ScanProgress = {
      filesSeen: this.filesSeen,
      filesRead: this.images.length + this.objects.length + this.files.length,
      skipped: this.skipped.length,
      series: this.series.size,
      totalFiles: this.totalFiles,
    }
    this.options.onProgress?.(progress)
  }
}
