// Whether a project folder is whole: every file read, every journal replayed against its snapshot, every source looked at. Writes nothing.
import { join, resolve } from 'node:path'
import { SagittaError, asSagittaError } from '#common/errors'
import type { Warning } from '#common/ipc/volume'
import { applyDelta } from '#common/labelmap/delta'
import type { StoredLabelMap } from '#common/project/projectFile'
import type { StoredSource } from '#common/project/sourcesFile'
import { scanPaths } from '../intake/scan'
import type { ScanOptions } from '../intake/types'
import type { JournalContent } from '../labels/journalFile'
import { readLabelFile } from '../labels/labelNifti'
import { unpackDelta } from '../labels/record'
import { findSource, readGroups, readProject, readSources } from './files'
import { readRuns } from './runs'
import { journalOf } from './survey'

export interface ProjectCheck {
  /** What is damaged: something can't be read, or does not agree. */
  readonly problems: Warning[]
  /** What a person may want to know, with nothing lost: moved images, a torn last entry. */
  readonly notes: Warning[]
  readonly checked: {
    readonly sources: number
    readonly labelMaps: number
    readonly edits: number
    readonly runs: number
  }
}

/** @throws not-found when the folder holds no project; project-corrupt, project-too-new when project.json or sources.json can't be read; cancelled */
export async function checkProject(folder: string, options: ScanOptions = {}): Promise<ProjectCheck> {
  const place = resolve(folder)
  const file = await readProject(place)
  const { sources } = await readSources(place)
  const problems: Warning[] = []
  const notes: Warning[] = []
  let [labelMaps, edits] = [0, 0]
  for (const source of sources) {
    await checkImages(place, source, options, problems, notes)
    const journal = await guarded(problems, () => journalOf(place, source.volumeId))
    if (!journal) continue
    labelMaps++
    edits += journal.records.length
    if (journal.torn)
      notes.push(
        note(
          'journal-torn',
          `The journal of ${nameOf(source)} ends in the middle of an entry that was never acknowledged.`,
        ),
      )
    if (journal.header.geometryHash !== source.volume.geometryHash)
      problems.push(
        note('grid-mismatch', `The labels of ${nameOf(source)} were drawn on another grid than its images have now.`),
      )
    await guarded(problems, () => checkReplay(place, journal, file.labelMaps[source.volumeId]))
  }
  await guarded(problems, () => readGroups(place))
  const { runs, warnings } = await readRuns(place)
  problems.push(...warnings)
  return { problems, notes, checked: { sources: sources.length, labelMaps, edits, runs: runs.length } }
}

const note = (code: string, message: string, files: string[] = []): Warning => ({ code, message, files })

const nameOf = ({ volume, volumeId }: StoredSource): string => volume.description || volumeId

/** Notes an error as a problem and goes on with the rest. */
async function guarded<T>(problems: Warning[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (thrown) {
    const error = asSagittaError(thrown)
    if (error.code === 'cancelled') throw error
    problems.push(note(error.code, error.message))
    return null
  }
}

async function checkImages(
  folder: string,
  source: StoredSource,
  options: ScanOptions,
  problems: Warning[],
  notes: Warning[],
): Promise<void> {
  const place = findSource(folder, source)
  if (place === null) {
    notes.push(
      note(
        'source-moved',
        `The images of ${nameOf(source)} are not at ${source.absolutePath} any more. The labels are intact.`,
      ),
    )
    return
  }
  const scan = await guarded(problems, () => scanPaths([place], options))
  const found = scan?.sources.get(source.volumeId)?.info
  if (scan && !found)
    notes.push(note('source-moved', `${place} no longer holds the images of ${nameOf(source)}. The labels are intact.`))
  if (found && found.geometryHash !== source.volume.geometryHash)
    problems.push(
      note(
        'grid-mismatch',
        `The images of ${nameOf(source)} at ${place} now have ${found.size.join(' x ')} voxels, before ${source.volume.size.join(' x ')}.`,
        [place],
      ),
    )
}

/** @throws corrupt-file where an entry does not follow from the one before, or the snapshot from the journal */
async function checkReplay(
  folder: string,
  { header, records }: JournalContent,
  map: StoredLabelMap | undefined,
): Promise<void> {
  const snapshot = map?.snapshot ?? null
  const stored = snapshot && (await readLabelFile(join(folder, snapshot.file))).values
  const compacted = records.some(record => record.compacted)
  const [columns, rows, slices] = header.size
  const values = compacted && stored ? stored.slice() : new Uint16Array(columns * rows * slices)
  for (const record of records) {
    if (!(compacted && snapshot && record.seq <= snapshot.seq)) applyDelta(values, unpackDelta(record))
    if (stored && snapshot && record.seq === snapshot.seq) compare(values, stored, snapshot.file)
  }
}

function compare(values: Uint16Array, stored: Uint16Array, file: string): void {
  const different = values.length === stored.length ? values.findIndex((value, n) => value !== stored[n]) : 0
  if (different >= 0)
    throw new SagittaError(
      'corrupt-file',
      `${file} differs from what the journal says it holds, first at voxel ${different}.`,
    )
}
