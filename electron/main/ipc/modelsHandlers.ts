// The models contract: which models there are, which processors, and segmenting a volume across the services.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, parse } from 'node:path'
import type { z } from 'zod'
import { asSagittaError, SagittaError } from '#common/errors'
import type { ModelCard, modelsContract, segmentProgressSchema, SegmentResult } from '#common/ipc/compute'
import type { Handlers, JobContext } from '#common/ipc/contract'
import { RUNS_FOLDER } from '#common/project/layout'
import { RUN_MODEL } from '#common/project/run'
import type { JobList } from '../jobs/jobList'
import type { ComputeService } from '../services/computeService'
import type { Paths } from '../services/paths'
import type { StudyService } from '../services/studyService'
import { follow, heeding } from './forward'

export interface ModelsParts {
  paths: Paths
  jobs: JobList
  study: StudyService
  compute: ComputeService
}

type Progress = z.input<typeof segmentProgressSchema>
type Stage = Progress['stage']

export function modelsHandlers({ paths, jobs, study, compute }: ModelsParts): Handlers<typeof modelsContract> {
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

    import: async ({ file, card }) => compute.engine.import({ file, card, out: await placeFor(file, paths) }),

    providers: (request, job) =>
      jobs.run('providers', job.signal, signal => follow(compute.engine.providers(request), heeding(signal, job))),

    segment: (input, job) =>
      jobs.run('segmentation', job.signal, signal => segment(input, heeding(signal, job), { paths, study, compute })),
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
    ...(await onnxFilesIn(join(paths.resources, 'models'), 'bundled')),
    ...(await onnxFilesIn(importedFolder(paths), 'imported')),
  ]
}

const importedFolder = (paths: Paths): string => join(paths.userData, 'models')

/** Each import has a name of its own: a model that is being used is never written over. */
async function placeFor(file: string, paths: Paths): Promise<string> {
  const folder = importedFolder(paths)
  const taken = new Set(await namesIn(folder))
  const { name } = parse(file)
  for (let n = 1; ; n++) {
    const wanted = `${n === 1 ? name : `${name} ${n}`}.onnx`
    if (!taken.has(wanted)) return join(folder, wanted)
  }
}

async function onnxFilesIn(folder: string, origin: ModelCard['origin']): Promise<ModelFile[]> {
  const names = await namesIn(folder)
  return names.filter(name => name.endsWith('.onnx')).map(name => ({ path: join(folder, name), origin }))
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (asSagittaError(thrown).code === 'not-found') return []
    throw asSagittaError(thrown)
  }
}

/** The image is prepared by the study service, segmented by the compute service, and the result taken in by the study service. */
async function segment(
  { volumeId, model }: { volumeId: string; model: string },
  job: JobContext<Progress>,
  { paths, study, compute }: Omit<ModelsParts, 'jobs'>,
): Promise<SegmentResult> {
  const at = (stage: Stage): JobContext<{ done: number; total: number; secondsLeft?: number | null }> => ({
    signal: job.signal,
    progress: ({ done, total, secondsLeft }) => job.progress({ stage, done, total, secondsLeft: secondsLeft ?? null }),
  })
  const origin = 'imported' as const
  const { card, preprocessing } = await compute.engine.card({ path: model, origin })
  if (card.task !== 'segmentation' || preprocessing === null)
    throw new SagittaError(
      'model-incompatible',
      `${model} is a model of another kind (${card.task}): it does not segment. Choose a segmentation model.`,
      { path: model },
    )
  const folder = join(paths.userData, 'segmenting')
  await mkdir(folder, { recursive: true })
  const out = join(folder, `${randomUUID()}.u16`)
  try {
    const { header } = await follow(study.prepare.image({ volumeId, preprocessing }), at('preprocessing'))
    const made = await follow(compute.engine.segment({ model, header, out }), at('segmenting'))
    const { file, labels } = made
    const proposal = await follow(study.adopt.proposal({ file, labels, volumeId, model }), at('writing'))
    const names = new Map((await study.project.current({}))?.labels.map(label => [label.value, label.name]))
    return {
      proposal,
      labels: proposal.counts.map(count => ({ ...count, name: names.get(count.value) ?? String(count.value) })),
      seconds: made.seconds,
      provider: made.provider,
      notices: made.notices,
    }
  } finally {
    await rm(out, { force: true })
  }
}
