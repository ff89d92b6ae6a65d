// The training contract: planning a run on the open project's volumes, running it in a process of its own, reading what it wrote.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { SagittaError } from '#common/errors'
import type { Client, Handlers, JobContext } from '#common/ipc/contract'
import type { ProjectState } from '#common/ipc/project'
import { latentTrainConfigSchema } from '#common/latent/trainConfig'
import { RUN_CONFIG, RUN_METRICS } from '#common/project/run'
import {
  preprocessingSchema,
  trainConfigSchema,
  type startTrainingSchema,
  type TrainConfig,
  type trainingContract,
  type TrainProgress,
  type TrainResult,
} from '#common/ipc/training'
import type { Run } from '../services/trainingProcesses'
import { follow as followJob, heeding } from './forward'
import { learnOn } from './latentRuns'
import { following, preparing } from './runProgress'
import { newRunFolder, openProject, readMetrics, runName, runsFolder } from './runFolders'
import type { TrainingParts } from './trainingParts'

type Request = z.output<typeof startTrainingSchema>

export function trainingHandlers(parts: TrainingParts): Handlers<typeof trainingContract> {
  const { jobs, study } = parts
  return {
    plan: request => plan(request, parts),
    start: (request, job) => jobs.run('training', job.signal, signal => start(request, heeding(signal, job), parts)),
    resume: ({ run }, job) => jobs.run('training', job.signal, signal => resume(run, heeding(signal, job), parts)),
    metrics: async ({ run }) => readMetrics(join(runsFolder(await openProject(study)), runName(run), RUN_METRICS)),
    runs: async () => (await study.project.current({}))?.runs ?? [],
  }
}

type Plan = Awaited<ReturnType<Client<typeof trainingContract>['plan']>>

/** Facts about the cases come from the study service, the choice of settings from the compute service. */
async function plan(request: Request, { study, compute }: TrainingParts): Promise<Plan> {
  const project = await openProject(study)
  const sources = request.volumeIds.map(volumeId => sourceOf(project, volumeId))
  const labels = project.labels.filter(label => request.labels.includes(label.value))
  const table = { values: labels.map(({ value }) => value) }
  const fingerprints = await study.prepare.fingerprint({ volumeIds: request.volumeIds, table }).done
  const cases = sources.map(({ volumeId, info }, index) => ({
    volumeId,
    patient: info.patientId || volumeId,
    fingerprint: fingerprints[index]!,
  }))
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
  const { study } = parts
  job.progress({ kind: 'stage', stage: 'preparing', text: 'Choosing settings from the labelled slices' })
  const { config, refusals } = await plan(request, parts)
  if (refusals.length > 0) throw new SagittaError('no-training-data', refusals.join(' '), { refusals })
  const headers = await prepare(config, job, parts)
  const folder = await newRunFolder(runsFolder(await openProject(study)), parts.now())
  parts.runsChanged()
  return follow({ config, headers, folder }, job, parts)
}

/** What the run began with is read from its folder; the trainer itself sees whether labels changed since. */
async function resume(run: string, job: JobContext<TrainProgress>, parts: TrainingParts): Promise<TrainResult> {
  const project = await openProject(parts.study)
  const folder = join(runsFolder(project), runName(run))
  const known = project.runs.find(({ id }) => id === run)
  if (!known)
    throw new SagittaError('not-found', `${project.name} has no run ${run}. It may have been removed from ${folder}.`)
  if (known.state === 'running' || known.state === 'done')
    throw new SagittaError('request-invalid', `${known.name} is ${known.state}: there is nothing to go on with.`, {
      run,
    })
  if (!known.resumable)
    throw new SagittaError(
      'not-found',
      `${known.name} ended before its first checkpoint was written. Start a new run with the same settings.`,
      { run },
    )
  const path = join(folder, RUN_CONFIG)
  if (known.task !== 'unet') {
    const config = await readConfig(path, latentTrainConfigSchema)
    for (const source of [config.dataset, config.validation])
      if (source?.kind === 'studies') for (const { image } of source.cases) sourceOf(project, image)
    return learnOn(config, folder, job, parts)
  }
  const config = await readConfig(path, trainConfigSchema)
  for (const { id } of config.dataset.cases) sourceOf(project, id)
  return follow({ config, headers: await prepare(config, job, parts), folder, resume: true }, job, parts)
}

async function readConfig<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    throw new SagittaError(
      'corrupt-file',
      `${path} is not the config of a run that can go on. Start a new run.`,
      { path },
      { cause },
    )
  }
}

/** The class list is the config's own order: labels in another order would teach other classes. */
async function prepare(
  { dataset, preprocessing }: TrainConfig,
  job: JobContext<TrainProgress>,
  { study }: TrainingParts,
): Promise<string[]> {
  return followJob(
    study.prepare.cases({
      volumeIds: dataset.cases.map(({ id }) => id),
      table: { values: dataset.labels.map(({ value }) => value) },
      preprocessing: preprocessingSchema.parse(preprocessing),
    }),
    preparing(job),
  )
}

const follow = (run: Run, job: JobContext<TrainProgress>, parts: TrainingParts): Promise<TrainResult> =>
  following(job, parts, heard => parts.training.train(run, heard))
