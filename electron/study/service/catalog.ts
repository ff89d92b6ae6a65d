// Every volume that a scan of this process has found, with where its pixels lie.
import { SagittaError } from '#common/errors'
import type { VolumeInfo } from '#common/ipc/volume'
import { scanPaths } from '../intake/scan'
import type { Scan, ScanOptions, VolumeSource } from '../intake/types'
import { commonPlace } from '../project/files'

export class Catalog {
  private readonly sources = new Map<string, VolumeSource>()
  private readonly searches = new Map<string, Promise<Scan>>()

  /** @throws not-found, not-readable, cancelled */
  async scan(paths: readonly string[], options: ScanOptions = {}): Promise<Scan> {
    const scan = await scanPaths(paths, options)
    for (const [id, source] of scan.sources) this.sources.set(id, source)
    return scan
  }

  /** Newest last. */
  get volumes(): VolumeInfo[] {
    return [...this.sources.values()].map(source => source.info)
  }

  get(volumeId: string): VolumeSource | null {
    return this.sources.get(volumeId) ?? null
  }

  /** Knows the images under the id a project has for them. */
  set(volumeId: string, source: VolumeSource): void {
    this.sources.set(
      volumeId,
      source.info.id === volumeId ? source : { ...source, info: { ...source.info, id: volumeId } },
    )
  }

  /** Facts learnt by reading the pixels: the value range, and slices that can't be read and are gone from the volume. */
  renew(info: VolumeInfo): void {
    const source = this.sources.get(info.id)
    const renewed = source && withFacts(source, info)
    if (renewed) this.sources.set(info.id, renewed)
  }

  /**
   * Looks for a volume at the place where a project has it; calls for one place share a scan.
   * @throws source-moved when it is not there
   */
  async find(volumeId: string, place: string): Promise<VolumeSource> {
    const search = this.searches.get(place) ?? this.scan([place])
    this.searches.set(place, search)
    try {
      await search
    } finally {
      this.searches.delete(place)
    }
    const source = this.sources.get(volumeId)
    if (source) return source
    throw new SagittaError(
      'source-moved',
      `${place} no longer holds the images of this volume. Its labels are intact. Use Locate to show where the images are now.`,
      { volumeId, path: place },
    )
  }
}

/** null when the facts are about other slices than the source has: it was scanned again meanwhile. */
function withFacts(source: VolumeSource, info: VolumeInfo): VolumeSource | null {
  if (source.info.size[2] === info.size[2]) return { ...source, info }
  if (source.format !== 'dicom') return null
  const kept = new Set(info.sopInstanceUids)
  const slices = source.slices.filter((_, k) => kept.has(source.info.sopInstanceUids[k] ?? ''))
  return slices.length === info.size[2] ? { ...source, info, slices } : null
}

/** Folder (or file) that holds all of a volume's images: what a project notes, and scans again. */
export const placeOf = (source: VolumeSource): string =>
  source.format !== 'dicom' ? source.file.path : commonPlace(source.slices.map(slice => slice.pixels.file.path))
