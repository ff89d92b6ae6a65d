// A scan: walk, read every header once, group into volumes; pixels stay on disk. Every file ends as read or as skipped with a reason.
import { dirname } from 'node:path'
import { asSagittaError, cancelled } from '#common/errors'
import type { Instance } from '#common/dicom/instance'
import { objectName } from '#common/dicom/sopClass'
import { volumesOf } from '#common/dicom/volumes'
import type { Skipped, VolumeInfo } from '#common/ipc/volume'
import { niftiVolumes } from '../images/niftiVolume'
import { dicomSource } from '../volumes/dicomSource'
import { withFile } from './bytes'
import { HEAD_BYTES, readFileKind, type FileKind } from './header'
import { withoutCopies } from './copies'
import type { Scan, ScanOptions, ScanProgress, VolumeSource } from './types'
import { walk, type Found } from './walk'

/** Files read at the same time: hides the latency of disks and network shares. */
const PARALLEL = 16
const PROGRESS_MS = 100

/**
 * Finds every volume below the paths.
 *
 * The result does not depend on the order in which the disk lists files.
 * @throws not-found, not-readable when one of `paths` cannot be used at all; cancelled
 */
export async function scanPaths(paths: readonly string[], options: ScanOptions = {}): Promise<Scan> {
  const tally = new Tally(options)
  const files = walk(paths)
  const workers = Array.from({ length: PARALLEL }, () => readFiles(files, tally, options.signal))
  await Promise.all(workers)
  if (options.signal?.aborted) throw cancelled('The scan')
  tally.walked()
  const { instances, niftis, skipped } = tally.results()

  const sources = new Map<string, VolumeSource>()
  const { kept, copies } = withoutCopies(instances.filter(instance => instance.image && instance.kind === 'image'))
  for (const volume of volumesOf(kept, sourceName(paths))) sources.set(volume.info.id, dicomSource(volume))
  let read = instances.length - copies.length
  skipped.push(...copies)
  for (const path of niftis) {
    try {
      for (const source of await niftiVolumes(path)) sources.set(source.info.id, source)
      read++
    } catch (thrown) {
      skipped.push({ path, reason: asSagittaError(thrown).message })
    }
  }
  attachReasons(sources, skipped)
  const volumes: VolumeInfo[] = [...sources.values()].map(source => source.info)
  tally.finished()
  return { inspection: { files: { read, skipped: sortedByPath(skipped) }, volumes }, sources }
}

const sourceName = (paths: readonly string[]): string => paths[0] ?? ''

const sortedByPath = (skipped: readonly Skipped[]): Skipped[] =>
  [...skipped].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))

/** Several of these pull from one walk; each has its own buffer. */
async function readFiles(files: AsyncGenerator<Found>, tally: Tally, signal: AbortSignal | undefined): Promise<void> {
  const scratch = new Uint8Array(HEAD_BYTES)
  for (;;) {
    const next = await files.next()
    if (next.done || signal?.aborted) return
    const found = next.value
    tally.seen()
    if (found.kind === 'skipped') tally.skip(found.skipped)
    else tally.add(found.path, await kindOf(found.path, scratch))
  }
}

async function kindOf(path: string, scratch: Uint8Array): Promise<FileKind> {
  try {
    return await withFile(path, file => readFileKind(path, file, scratch))
  } catch (thrown) {
    return { kind: 'skipped', reason: asSagittaError(thrown).message }
  }
}

/** Files of a volume's folder that were cut off leave holes in it: say so there too, not only in the list of skipped files. */
function attachReasons(sources: ReadonlyMap<string, VolumeSource>, skipped: readonly Skipped[]): void {
  const truncated = skipped.filter(({ reason }) => reason.startsWith('truncated'))
  if (truncated.length === 0) return
  for (const source of sources.values()) {
    if (source.format !== 'dicom') continue
    const folders = new Set(source.slices.map(slice => dirname(slice.pixels.file.path)))
    const files = truncated.filter(({ path }) => folders.has(dirname(path))).map(({ path }) => path)
    if (files.length === 0) continue
    const message = `${files.length} file${files.length > 1 ? 's' : ''} beside these are truncated and were left out.`
    source.info.warnings.push({ code: 'truncated', message, files })
  }
}

/** Counts, collects and reports while the files come in. */
class Tally {
  private readonly instances: Instance[] = []
  private readonly niftis: string[] = []
  private readonly skipped: Skipped[] = []
  private readonly series = new Set<string>()
  private filesSeen = 0
  private totalFiles: number | null = null
  private reportedAt = -Infinity

  constructor(private readonly options: ScanOptions) {}

  seen(): void {
    this.filesSeen++
  }

  skip(entry: Skipped): void {
    this.skipped.push(entry)
  }

  add(path: string, kind: FileKind): void {
    if (kind.kind === 'skipped') this.skip({ path, reason: kind.reason })
    else if (kind.kind === 'nifti') this.niftis.push(path)
    else this.addInstance(kind.instance)
    if (performance.now() - this.reportedAt >= PROGRESS_MS) this.report()
  }

  walked(): void {
    this.totalFiles = this.filesSeen
  }

  finished(): void {
    this.report()
  }

  /** In an order that does not depend on which read ended first. */
  results(): { instances: Instance[]; niftis: string[]; skipped: Skipped[] } {
    this.instances.sort((a, b) => (a.file < b.file ? -1 : 1))
    return { instances: this.instances, niftis: this.niftis.sort(), skipped: this.skipped }
  }

  private addInstance(instance: Instance): void {
    if (instance.kind === 'dicomdir')
      return this.skip({ path: instance.file, reason: 'a DICOMDIR: an index, no image' })
    if (instance.kind === 'image' && !instance.image)
      return this.skip({ path: instance.file, reason: `no image: ${instance.imageProblem ?? 'unknown'}` })
    if (instance.kind !== 'image')
      return this.skip({ path: instance.file, reason: `${objectName(instance.kind)}, no image` })
    this.instances.push(instance)
    this.series.add(`${instance.studyUid}|${instance.seriesUid}`)
  }

  private report(): void {
    this.reportedAt = performance.now()
    const progress: ScanProgress = {
      filesSeen: this.filesSeen,
      filesRead: this.instances.length + this.niftis.length,
      skipped: this.skipped.length,
      series: this.series.size,
      totalFiles: this.totalFiles,
    }
    this.options.onProgress?.(progress)
  }
}
