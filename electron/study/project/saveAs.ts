// A copy of the open project in another folder; a scratch workspace is moved instead.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import { GROUPS_FILE, JOURNAL_FOLDER, LABELS_FOLDER, RUNS_FOLDER } from '#common/project/layout'
import { whileWriting } from '../storage/atomic'
import { makeFolder } from '../storage/makeFolder'
import * as files from './files'
import { readRuns } from './runs'
import { ProjectSession, type SessionOptions } from './session'

/**
 * Nobody may write into `current` meanwhile; the caller leaves it afterwards.
 * @throws not-found when nothing is open; not-writable, disk-full; request-invalid while a run is training in it
 */
export async function saveAs(
  current: ProjectSession | null,
  folder: string,
  name: string,
  options: SessionOptions,
): Promise<ProjectSession> {
  if (!current) throw new SagittaError('not-found', 'No scan or project is open, so there is nothing to save.')
  const target = resolve(folder)
  if (target === current.folder && !current.scratch) {
    await current.rename(name)
    return current
  }
  if (files.isProject(target))
    throw new SagittaError('not-writable', `${target} holds a project already. Choose another folder.`, {
      folder: target,
    })
  if (files.isInside(current.folder, target))
    throw new SagittaError('not-writable', `${target} lies inside ${current.folder}. Choose a folder outside it.`, {
      folder: target,
    })
  if ((await readRuns(current.folder)).runs.some(run => run.state === 'running'))
    throw new SagittaError(
      'request-invalid',
      'A training is running in this workspace. Save it when the run has ended or was stopped.',
    )
  await current.save()
  await copyAll(current, target, name)
  const next = await ProjectSession.open(target, options)
  if (current.scratch) current.discardOnClose()
  return next
}

/** project.json last: until it is there, the folder is no project and the copy can be tried again. */
async function copyAll(current: ProjectSession, target: string, name: string): Promise<void> {
  try {
    await makeFolder(target)
    for (const part of [LABELS_FOLDER, JOURNAL_FOLDER, RUNS_FOLDER, GROUPS_FILE]) {
      const from = join(current.folder, part)
      if (!existsSync(from)) continue
      await rm(join(target, part), { recursive: true, force: true })
      await cp(from, join(target, part), { recursive: true })
    }
  } catch (thrown) {
    throw whileWriting(target, thrown)
  }
  const { sources } = await files.readSources(current.folder)
  const places = sources.map(source => {
    const place = current.placeOf(source.volumeId) ?? source.absolutePath
    return { ...source, absolutePath: place, relativePath: files.relativeTo(target, place) }
  })
  await files.writeSources(target, places)
  const project = await files.readProject(current.folder)
  await files.writeProject(target, {
    ...project,
    id: randomUUID(),
    name,
    scratch: false,
    savedAt: new Date().toISOString(),
  })
}
