// The training contract: planning a run on the open project's volumes, running it in a process of its own, reading what it wrote.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { asSagittaError, SagittaError } from '#common/errors'
import type { Client, Handlers, JobContext } from '#common/ipc/contract'
import type { ProjectState } from '#common/ipc/project'
import { RUNS_FOLDER } from '#common/project/layout'
import { RUN_METRICS } from '#common/project/run'
import {
  metricsRowSchema,
  preprocessingSchema,
  type MetricsRow,
  type startTrainingSchema,
  type trainingContract,
  type TrainProgress,
  type TrainResult,
} from '#common/ipc/training'
import type { JobList } from '../jobs/jobList'
import type { ComputeService } from '../services/computeService'
import type { StudyService } from '../services/studyService'
import type { TrainingProcesses } from '../services/trainingProcesses'
import { follow, heeding } from './forward'

export interface TrainingParts {
  jobs: JobList
  study: StudyService
  compute: ComputeService
  training: TrainingProcesses
  runsChanged(): void
  now(): Date
}

type Request = z.output<typeof startTrainingSchema>

export function trainingHandlers(parts: TrainingParts): Handlers<typeof trainingContract> {
  const { jobs, study } = parts
  return {
    plan: request => plan(request, parts),
    start: (request, job) => jobs.run('training', job.signal, signal => start(request, heeding(signal, job), parts)),
    metrics: async ({ run }) => readMetrics(join(runsFolder(await openProject(study)), runName(run), RUN_METRICS)),
    runs: async () => (await study.project.current({}))?.runs ?? [],
  }
}

async function openProject(study: StudyService): Promise<ProjectState> {
  const project = await study.project.current({})
  if (project === null) throw new SagittaError('not-found', 'No scan or project is open. Open one first.')
  return project
}

const runsFolder = (project: ProjectState): string => join(project.folder, RUNS_FOLDER)

/** Run ids are folder names; anything that could lead elsewhere is none. */
function runName(run: string): string {
  if (/^[\w-]+$/.test(run)) return run
  throw new SagittaError('request-invalid', `"${run}" is not the id of a run.`)
}

type Plan = Awaited<ReturnType<Client<typeof trainingContract>['plan']>>

/** Facts about the cases come from the study service, the choice of settings from the compute service. */
async function plan(request: Request, { study, compute }: TrainingParts): Promise<Plan> {
  const project = await openProject(study)
  const sources = request.volumeIds.map(volumeId => sourceOf(project, volumeId))
  const table = { values: request.labels }
  const fingerprints = await study.prepare.fingerprint({ volumeIds: request.volumeIds, table }).done
  const cases = sources.map(({ volumeId, info }, index) => ({
    volumeId,
    patient: info.patientId || volumeId,
    fingerprint: fingerprints[index]!,
  }))
  const labels = project.labels.filter(label => request.labels.includes(label.value))
  const planned = await compute.engine.plan({ request, modality: sources[0]?.info.modality ?? '', labels, cases })
  const states = await Promise.all(request.volumeIds.map(volumeId => study.voxels.openLabels({ volumeId })))
  return {
    ...planned,
    cases: cases.map(({ volumeId, patient }, index) => ({
      volumeId,
      patient,
      part: planned.parts[index] ?? 'train',
      completeSlices: states[index]!.states.filter(state => state === 'complete').length,
      states: states[index]!.states,
    })),
  }
}

function sourceOf(project: ProjectState, volumeId: string): ProjectState['sources'][number] {
  const source = project.sources.find(candidate => candidate.volumeId === volumeId)
  if (source) return source
  throw new SagittaError('volume-unknown', `Volume ${volumeId} is not in ${project.name}. Add its folder first.`, {
    volumeId,
  })
}

async function start(request: Request, job: JobContext<TrainProgress>, parts: TrainingParts): Promise<TrainResult> {
  const { study, training } = parts
  job.progress({ kind: 'stage', stage: 'preparing', text: 'Choosing settings from the labelled slices' })
  const { config, refusals } = await plan(request, parts)
  if (refusals.length > 0) throw new SagittaError('no-training-data', refusals.join(' '), { refusals })
  const preparing: JobContext<{ done: number; total: number }> = {
    signal: job.signal,
    progress: ({ done, total }) =>
      job.progress({ kind: 'stage', stage: 'preparing', text: `Preparing slices, ${done} of ${total}` }),
  }
  const preprocessing = preprocessingSchema.parse(config.preprocessing)
  const table = { values: request.labels }
  const headers = await follow(study.prepare.cases({ volumeIds: request.volumeIds, table, preprocessing }), preparing)

  const folder = await newRunFolder(runsFolder(await openProject(study)), parts.now())
  parts.runsChanged()
  try {
    return await training.train(
      { config, headers, folder },
      {
        signal: job.signal,
        progress: progress => {
          job.progress(progress)
          if (progress.kind === 'epoch') parts.runsChanged()
        },
      },
    )
  } finally {
    parts.runsChanged()
  }
}

/** Named by its start, so that runs sort by age; a second one within the second gets a number. */
async function newRunFolder(runs: string, at: Date): Promise<string> {
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
async function readMetrics(path: string): Promise<MetricsRow[]> {
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
