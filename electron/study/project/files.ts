// project.json, sources.json and groups.json: read with every way they can be wrong, written whole.
import { existsSync } from 'node:fs'
import { readFile, readdir, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { SagittaError, asSagittaError } from '#common/errors'
import { groupsFile, GROUPS_FORMAT, type StoredGroup } from '#common/project/groupsFile'
import { GROUPS_FILE, JOURNAL_FOLDER, LABELS_FOLDER, PROJECT_FILE, SOURCES_FILE } from '#common/project/layout'
import { PROJECT_FORMAT, type ProjectFile } from '#common/project/projectFile'
import { sourcesFile, SOURCES_FORMAT, type SourcesFile, type StoredSource } from '#common/project/sourcesFile'
import type { FileFormat } from '#common/project/versioned'
import { writeFileAtomic } from '../storage/atomic'

export const isProject = (folder: string): boolean => existsSync(join(folder, PROJECT_FILE))

/** @throws not-found when the folder holds no project, project-corrupt, project-too-new */
export async function readProject(folder: string): Promise<ProjectFile> {
  if (!isProject(folder)) {
    const what = existsSync(folder) ? `holds no Sagitta project: ${PROJECT_FILE} is missing` : 'does not exist'
    throw new SagittaError('not-found', `${folder} ${what}. Choose another folder, or make a new project there.`, {
      folder,
    })
  }
  return read(PROJECT_FORMAT, join(folder, PROJECT_FILE))
}

/** @throws project-corrupt also when the file is missing: a project always has one. */
export async function readSources(folder: string): Promise<SourcesFile> {
  const path = join(folder, SOURCES_FILE)
  if (!existsSync(path))
    throw new SagittaError(
      'project-corrupt',
      `${path} is missing: it says which images this project uses. Nothing was changed. Put it back from a backup.`,
      { file: path },
    )
  return read(SOURCES_FORMAT, path)
}

/** Empty where nobody has named a group. @throws project-corrupt, project-too-new */
export async function readGroups(folder: string): Promise<StoredGroup[]> {
  const path = join(folder, GROUPS_FILE)
  return existsSync(path) ? (await read(GROUPS_FORMAT, path)).groups : []
}

export const writeGroups = (folder: string, groups: readonly StoredGroup[]): Promise<void> =>
  write(join(folder, GROUPS_FILE), groupsFile(groups))

export const writeProject = (folder: string, file: ProjectFile): Promise<void> =>
  write(join(folder, PROJECT_FILE), file)

export const writeSources = (folder: string, sources: readonly StoredSource[]): Promise<void> =>
  write(join(folder, SOURCES_FILE), sourcesFile(sources))

async function read<T>(format: FileFormat<T>, path: string): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    throw asSagittaError(thrown)
  }
  return format.parse(text, path).value
}

const write = (path: string, file: unknown): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(file, null, 2)}\n`)

/** null across disks, where no relative path exists. */
export function relativeTo(folder: string, absolutePath: string): string | null {
  const path = relative(folder, absolutePath)
  return isAbsolute(path) ? null : path.split(sep).join('/')
}

/** Where a source's images are: beside the project as before, or at the old absolute path; null when at neither. */
export function findSource(folder: string, source: StoredSource): string | null {
  const beside = source.relativePath === null ? null : resolve(folder, ...source.relativePath.split('/'))
  return [beside, source.absolutePath].find(path => path !== null && existsSync(path)) ?? null
}

/** Half-written files of a process that ended; only for the holder of the lock. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const place of [folder, join(folder, LABELS_FOLDER), join(folder, JOURNAL_FOLDER)]) {
    if (!existsSync(place)) continue
    for (const name of await readdir(place))
      if (/^\..*\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(place, name), { force: true })
  }
}

/** Innermost folder that holds all files; the file itself when there is one. */
export function commonPlace(files: readonly string[]): string {
  const distinct = [...new Set(files)]
  if (distinct.length === 1) return distinct[0]!
  let place = dirname(distinct[0]!)
  for (const file of distinct) while (!isInside(place, file) && dirname(place) !== place) place = dirname(place)
  return place
}

/** Also true for the folder itself. */
export const isInside = (folder: string, file: string): boolean => {
  const path = relative(folder, file)
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}
