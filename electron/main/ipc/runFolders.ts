// The folders of the open project's runs: finding them, making new ones, reading their metrics.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asSagittaError, SagittaError } from '#common/errors'
import type { ProjectState } from '#common/ipc/project'
import { metricsRowSchema, type MetricsRow } from '#common/ipc/training'
import { RUNS_FOLDER } from '#common/project/layout'
import type { StudyService } from '../services/studyService'

/** @throws not-found when nothing is open. */
export async function openProject(study: StudyService): Promise<ProjectState> {
  const project = await study.project.current({})
  if (project === null) throw new SagittaError('not-found', 'No scan or project is open. Open one first.')
  return project
}

export const runsFolder = (project: ProjectState): string => join(project.folder, RUNS_FOLDER)

/** Run ids are folder names; anything that could lead elsewhere is none. */
export function runName(run: string): string {
  if (/^[\w-]+$/.test(run)) return run
  throw new SagittaError('request-invalid', `"${run}" is not the id of a run.`)
}

/** Named by its start, so that runs sort by age; a second one within the second gets a number. */
export async function newRunFolder(runs: string, at: Date): Promise<string> {
  await mkdir(runs, { recursive: true })
  const name = at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  for (let attempt = 1; ; attempt++) {
    const folder = join(runs, attempt === 1 ? name : `${name}-${attempt}`)
    try {
      await mkdir(folder)
      return folder
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw asSagittaError(thrown)
    }
  }
}

/** A run that has not finished its first epoch has no rows yet. The last line may be half written while the run goes on. */
export async function readMetrics(path: string): Promise<MetricsRow[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    if (asSagittaError(thrown).code === 'not-found') return []
    throw asSagittaError(thrown)
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter(line => line !== '')
    .map((line, index) => parseRow(line, path, index + 1))
}

function parseRow(line: string, path: string, lineNumber: number): MetricsRow {
  try {
    return metricsRowSchema.parse(JSON.parse(line))
  } catch (thrown) {
    throw new SagittaError(
      'corrupt-file',
      `Line ${lineNumber} of ${path} is not a row of metrics. The run's model is not affected.`,
      { path, line: lineNumber },
      { cause: thrown },
    )
  }
}
