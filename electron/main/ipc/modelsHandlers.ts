// The models contract: which models there are, which processors, and segmenting a volume across the services.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { asSagittaError } from '#common/errors'
import type { ModelCard, modelsContract, SegmentResult } from '#common/ipc/compute'
import type { Handlers, JobContext } from '#common/ipc/contract'
import { RUNS_FOLDER } from '#common/project/layout'
import { RUN_MODEL } from '#common/project/run'
import type { JobList } from '../jobs/jobList'
import type { ComputeService } from '../services/computeService'
import type { Paths } from '../services/paths'
import type { StudyService } from '../services/studyService'
import { HandComparison } from './compareWithHand'
import { follow, heeding } from './forward'
import { importedModels, namesIn, placeForImport, removeImported, restoreImported } from './importedModels'
import { segmentingModel, segmentVolume, type SegmentProgress } from './segmentVolume'

export interface ModelsParts {
  paths: Paths
  jobs: JobList
  study: StudyService
  compute: ComputeService
}

export function modelsHandlers({ paths, jobs, study, compute }: ModelsParts): Handlers<typeof modelsContract> {
  const comparison = new HandComparison(paths, study, compute)
  return {
    list: async () => {
      const files = await modelFiles(paths, study)
      const read = await Promise.allSettled(files.map(({ path, origin }) => compute.engine.card({ path, origin })))
      const models: ModelCard[] = []
      const broken: { path: string; reason: string }[] = []
      for (const [index, { path }] of files.entries()) {
        const answer = read[index]!
        if (answer.status === 'fulfilled') models.push(answer.value.card)
        else broken.push({ path, reason: asSagittaError(answer.reason).message })
      }
      return { models, broken }
    },

    inspect: request => compute.engine.inspect(request),

    import: async ({ file, card }) => compute.engine.import({ file, card, out: await placeForImport(file, paths) }),

    remove: async ({ path }) => {
      await removeImported(path, paths)
      return {}
    },

    restore: async ({ path }) => {
      await restoreImported(path, paths)
      return {}
    },

    providers: (request, job) =>
      jobs.run('providers', job.signal, signal => follow(compute.engine.providers(request), heeding(signal, job))),

    segment: (input, job) =>
      jobs.run('segmentation', job.signal, signal => segment(input, heeding(signal, job), { paths, study, compute })),

    compare: (input, job) =>
      jobs.run('segmentation', job.signal, signal => comparison.run(input, heeding(signal, job))),
  }
}

type ModelFile = { path: string; origin: ModelCard['origin'] }

/** Those of the open project's runs, bundled and imported ones. A run's folder counts even when nothing else in it can be read. */
async function modelFiles(paths: Paths, study: StudyService): Promise<ModelFile[]> {
  const project = await study.project.current({})
  const runs = project ? join(project.folder, RUNS_FOLDER) : null
  const runModels = runs ? (await namesIn(runs)).map(run => join(runs, run, RUN_MODEL)) : []
  return [
    ...runModels.filter(existsSync).map(path => ({ path, origin: 'run' as const })),
    ...(await bundledModels(paths)).map(path => ({ path, origin: 'bundled' as const })),
    ...(await importedModels(paths)).map(path => ({ path, origin: 'imported' as const })),
  ]
}

async function bundledModels({ resources }: Paths): Promise<string[]> {
  const folder = join(resources, 'models')
  return (await namesIn(folder)).filter(name => name.endsWith('.onnx')).map(name => join(folder, name))
}

/** The result is taken in by the study service as a proposal. */
async function segment(
  { volumeId, model: path }: { volumeId: string; model: string },
  job: JobContext<SegmentProgress>,
  { paths, study, compute }: Omit<ModelsParts, 'jobs'>,
): Promise<SegmentResult> {
  const { engine } = compute
  const model = await segmentingModel(path, engine)
  return segmentVolume({ volumeId, model, engine, study, paths }, job, async (made, writing) => {
    const { file, labels } = made
    const proposal = await follow(study.adopt.proposal({ file, labels, volumeId, model: path }), writing)
    const names = new Map((await study.project.current({}))?.labels.map(label => [label.value, label.name]))
    return {
      proposal,
      labels: proposal.counts.map(count => ({ ...count, name: names.get(count.value) ?? String(count.value) })),
      seconds: made.seconds,
      provider: made.provider,
      notices: made.notices,
    }
  })
}
