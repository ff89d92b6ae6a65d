// A project read without opening it: no lock is taken and nothing is written, so it may be open in the app meanwhile.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Label, RunSummary } from '#common/ipc/project'
import type { VolumeInfo, Warning } from '#common/ipc/volume'
import { SLICE_STATES, type SliceState } from '#common/ipc/voxels'
import { JOURNAL_FOLDER, journalName } from '#common/project/layout'
import { readJournal, type JournalContent } from '../labels/journalFile'
import { findSource, readProject, readSources } from './files'
import { readRuns } from './runs'

export interface SurveyedSource {
  readonly volumeId: string
  readonly info: VolumeInfo
  readonly path: string
  readonly status: 'here' | 'moved'
  /** null when nobody has drawn on it. */
  readonly labels: { readonly edits: number; readonly states: Readonly<Record<SliceState, number>> } | null
}

export interface ProjectSurvey {
  readonly folder: string
  readonly name: string
  readonly scratch: boolean
  readonly savedAt: string
  readonly labels: readonly Label[]
  readonly sources: readonly SurveyedSource[]
  readonly runs: readonly RunSummary[]
  readonly warnings: readonly Warning[]
}

/** @throws not-found, project-corrupt (names the file), project-too-new */
export async function surveyProject(folder: string): Promise<ProjectSurvey> {
  const place = resolve(folder)
  const { name, scratch, savedAt, labels } = await readProject(place)
  const { sources } = await readSources(place)
  const { runs, warnings } = await readRuns(place)
  const surveyed: SurveyedSource[] = []
  for (const source of sources) {
    const found = findSource(place, source)
    const journal = await journalOf(place, source.volumeId)
    surveyed.push({
      volumeId: source.volumeId,
      info: source.volume,
      path: found ?? source.absolutePath,
      status: found === null ? 'moved' : 'here',
      labels: journal && { edits: journal.records.length, states: countStates(statesOf(journal)) },
    })
  }
  return { folder: place, name, scratch, savedAt, labels, sources: surveyed, runs, warnings }
}

/** null when there is none. @throws project-corrupt */
export async function journalOf(folder: string, volumeId: string): Promise<JournalContent | null> {
  const path = join(folder, JOURNAL_FOLDER, journalName(volumeId))
  return existsSync(path) ? readJournal(await readFile(path), path) : null
}

/** State of every slice after all entries. */
export function statesOf({ header, records }: JournalContent): SliceState[] {
  const states = new Array<SliceState>(header.size[2]).fill('untouched')
  for (const record of records) for (const { k, count, after } of record.states ?? []) states.fill(after, k, k + count)
  return states
}

const countStates = (states: readonly SliceState[]): Record<SliceState, number> =>
  Object.fromEntries(SLICE_STATES.map(state => [state, states.filter(other => other === state).length])) as Record<
    SliceState,
    number
  >
