// A scan: walk, read every header once, group into volumes; pixels stay on disk. Every file ends as read or as skipped with a reason.
import { asSagittaError, cancelled } from '#common/errors'
import { placeName, type Instance } from '#common/dicom/instance'
import { seriesKey, volumesOf } from '#common/dicom/volumes'
import { hashText } from '#common/geometry/hash'
import type { Skipped } from '#common/ipc/volume'
import { dicomSource } from '../volumes/dicomSource'
import { volumeBytes } from '../volumes/output'
import { attach } from './attachments'
import { withoutCopies } from './copies'
import { readDicomdir } from './dicomdir'
import { HEAD_BYTES } from './header'
import { readPath } from './readPath'
import { Tally } from './tally'
import type { Scan, ScanOptions, VolumeSource } from './types'
import { walk, type Found } from './walk'

/** Files read at the same time: hides the latency of disks and network shares. */
const PARALLEL = 16

/**
 * Finds every volume below the paths.
 *
 * The result does not depend on the order in which the disk lists files.
 * @throws not-found, not-readable when one of `paths` cannot be used at all; cancelled
 */
export async function scanPaths(paths: readonly string[], options: ScanOptions = {}): Promise<Scan> {
  const tally = new Tally(options)
  const found = walk(paths)
  const workers = Array.from({ length: PARALLEL }, () => readFiles(found, tally, options.signal))
  await Promise.all(workers)
  await readIndexes(tally, options.signal)
  if (options.signal?.aborted) throw cancelled('The scan')
  tally.walked()
  const { images, objects, files: others, skipped, truncated } = tally

  const sources = new Map<string, VolumeSource>()
  const { kept, copies } = withoutCopies(images)
  for (const volume of volumesOf(kept, paths[0] ?? '')) sources.set(volume.info.id, dicomSource(volume))
  const unread = [...skipped, ...copies, ...attach(objects, sources)]
  for (const file of others) unread.push(...(await addFile(file, sources)))
  sayTruncated(sources, kept, truncated)
  tally.report()
  const read = images.length + objects.length + others.length + skipped.length - unread.length
  for (const source of sources.values()) source.info.loadBytes = volumeBytes(source)
  const volumes = [...sources.values()].map(source => source.info)
  return { inspection: { files: { read, skipped: sortedByPath(unread) }, volumes }, sources }
}

async function addFile({ path, read }: Tally['files'][number], sources: Map<string, VolumeSource>): Promise<Skipped[]> {
  try {
    for (const source of await read()) addDistinct(source, sources)
    return []
  } catch (thrown) {
    return [{ path, reason: asSagittaError(thrown).message }]
  }
}

/** Two files of one name and header in different folders are different volumes all the same. */
function addDistinct(source: VolumeSource, sources: Map<string, VolumeSource>): void {
  let { id } = source.info
  for (let number = 2; sources.has(id); number++) id = hashText(`${source.info.id}|${number}`)
  sources.set(id, { ...source, info: { ...source.info, id } })
}

const sortedByPath = (skipped: readonly Skipped[]): Skipped[] =>
  [...skipped].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))

/** Several of these pull from one walk; each has its own buffer. */
async function readFiles(files: AsyncGenerator<Found>, tally: Tally, signal: AbortSignal | undefined): Promise<void> {
  const scratch = new Uint8Array(HEAD_BYTES)
  for (;;) {
    const next = await files.next()
    if (next.done || signal?.aborted) return
    const found = next.value
    if (found.kind === 'skipped') tally.skip(found.skipped.path, found.skipped.reason)
    else {
      tally.seen(found.path)
      await readPath(found.path, tally, scratch, signal)
    }
  }
}

/** Files that a DICOMDIR names and the walk did not come by (it was given alone), and records that lead nowhere. */
async function readIndexes(tally: Tally, signal: AbortSignal | undefined): Promise<void> {
  const scratch = new Uint8Array(HEAD_BYTES)
  for (const index of tally.indexes) {
    const { found, lost } = await readDicomdir(index)
    for (const path of found) {
      if (signal?.aborted) return
      if (tally.knows(path)) continue
      tally.seen(path)
      await readPath(path, tally, scratch, signal)
    }
    for (const { path, reason } of lost) tally.skip(path, reason)
  }
}

/** Images of a series that were cut off leave holes in its volumes: say so there too, not only in the list of skipped files. */
function sayTruncated(
  sources: ReadonlyMap<string, VolumeSource>,
  kept: readonly Instance[],
  truncated: readonly { instance: Instance; reason: string }[],
): void {
  for (const source of truncated.length > 0 ? sources.values() : []) {
    if (source.format !== 'dicom') continue
    const files = new Set(source.slices.map(slice => placeName(slice.pixels.file)))
    const series = new Set(kept.filter(instance => files.has(instance.file)).map(seriesKey))
    const lost = truncated
      .filter(({ instance }) => series.has(seriesKey(instance)))
      .map(({ instance }) => instance.file)
    if (lost.length === 0) continue
    const message = `${lost.length} image${lost.length > 1 ? 's' : ''} of this series ${lost.length > 1 ? 'are' : 'is'} truncated and left out.`
    source.info.warnings.push({ code: 'truncated', message, files: lost })
  }
}
