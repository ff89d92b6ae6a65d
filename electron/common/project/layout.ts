// Where everything lies in a project folder (docs/format.md). Names only: paths are joined by whoever has a file system.

export const PROJECT_FILE = 'project.json'
export const SOURCES_FILE = 'sources.json'
/** Named groups of images; absent while there are none. */
export const GROUPS_FILE = 'groups.json'
export const LOCK_FILE = 'project.lock'
export const LABELS_FOLDER = 'labels'
export const JOURNAL_FOLDER = 'journal'
export const CACHE_FOLDER = 'cache'
export const RUNS_FOLDER = 'runs'

/** Volume ids come from UIDs, but a file name must hold whatever an id holds: other characters become %XX. */
export const fileNameOf = (volumeId: string): string =>
  encodeURIComponent(volumeId).replace(/[*'()!~]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

export const journalName = (volumeId: string): string => `${fileNameOf(volumeId)}.jsonl`

/** The label map as it was after journal entry `seq`. */
export const snapshotName = (volumeId: string, seq: number): string => `${fileNameOf(volumeId)}.${seq}.nii.gz`
