// The training contract: planning a run on the open project's volumes, running it in a process of its own, reading what it wrote.
import { join } from 'node:path'
import type { z } from 'zod'
import { SagittaError } from '#common/errors'
import type { Client, Handlers, JobContext } from '#common/ipc/contract'
import type { ProjectState } from '#common/ipc/project'
import { RUN_METRICS } from '#common/project/run'
import {
  preprocessingSchema,
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
import { newRunFolder, openProject, readMetrics, runName, runsFolder } from './runFolders'

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
