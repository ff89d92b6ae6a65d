// The latent contract: work on codes goes to the compute service, volumes are prepared first, trainings have processes of their own.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Handlers, JobContext } from '#common/ipc/contract'
import { latentEngineContract, type latentContract } from '#common/ipc/latent'
import type { DoneOfTotal } from '#common/ipc/study'
import type { Preprocessing, TrainProgress } from '#common/ipc/training'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import { STAGES_FOLDER } from '#common/project/latentFiles'
import { RUN_METRICS } from '#common/project/run'
import { follow, forward, heeding } from './forward'
import { newRunFolder, openProject, readMetrics, runName, runsFolder } from './runFolders'
import type { TrainingParts } from './trainingHandlers'

export function latentHandlers(parts: TrainingParts): Handlers<typeof latentContract> {
  const { jobs, study, compute } = parts
  const shared = forward(latentEngineContract, () => compute.latent)
  return {
    ...shared,

    encode: ({ model, source }, job) =>
      jobs.run('encoding', job.signal, async signal => {
        const heard = heeding(signal, job)
        const alike = await cutAlike(model, source, compute)
        const headers = await prepare(alike, heard, parts)
        return follow(compute.latent.encode({ model, source: alike, headers }), heard)
      }),

    plan: async ({ config }, job) => {
      const prepared = await prepareBoth(config, job, parts)
      return follow(compute.latent.plan({ config, ...prepared }), job)
    },

    train: ({ config }, job) => jobs.run('training', job.signal, signal => train(config, heeding(signal, job), parts)),

    curves: async ({ run }) => {
      const folder = join(runsFolder(await openProject(study)), runName(run))
      const stages = existsSync(join(folder, STAGES_FOLDER)) ? (await readdir(join(folder, STAGES_FOLDER))).sort() : []
      return Promise.all([
        ...stages.map(async stage => ({
          stage,
          rows: await readMetrics(join(folder, STAGES_FOLDER, stage, RUN_METRICS)),
        })),
        readMetrics(join(folder, RUN_METRICS)).then(rows => ({ stage: 'whole', rows })),
      ])
    },
  }
}

/** Slices are cut to the body as the model's own were, unless the request says otherwise: else their codes would mean nothing. */
async function cutAlike(
  model: string,
  source: ImageSourceConfig,
  compute: TrainingParts['compute'],
): Promise<ImageSourceConfig> {
  if (source.kind !== 'studies' || source.crop !== null) return source
  return { ...source, ...(await compute.latent.preparation({ model })) }
}

async function train(config: LatentTrainConfig, job: JobContext<TrainProgress>, parts: TrainingParts) {
  const { study, training } = parts
  const preparing: JobContext<DoneOfTotal> = {
    signal: job.signal,
    progress: ({ done, total }) =>
      job.progress({ kind: 'stage', stage: 'preparing', text: `Preparing slices, ${done} of ${total}` }),
  }
  const prepared = await prepareBoth(config, preparing, parts)
  const folder = await newRunFolder(runsFolder(await openProject(study)), parts.now())
  parts.runsChanged()
  try {
    return await training.learn(
      { config, folder, ...prepared },
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

async function prepareBoth(config: LatentTrainConfig, job: JobContext<DoneOfTotal>, parts: TrainingParts) {
  return {
    headers: await prepare(config.dataset, job, parts),
    validationHeaders: config.validation ? await prepare(config.validation, job, parts) : [],
  }
}

/** Unscaled: one scale for all images is chosen when they are read. Empty for sources that are no volumes. */
async function prepare(
  source: ImageSourceConfig,
  job: JobContext<DoneOfTotal>,
  { study }: Pick<TrainingParts, 'study'>,
): Promise<string[]> {
  if (source.kind !== 'studies') return []
  const preprocessing: Preprocessing = {
    ...{ spacingMm: [null, null, null], crop: source.crop, clip: null, normalization: { mean: 0, sd: 1 } },
    ...{ padding: 'edge', orientation: 'LPS' },
  }
  const table = { values: source.classes.map(({ value }) => value) }
  const headers: string[] = []
  for (const { image, labels } of source.cases)
    if (labels === null || table.values.length === 0) {
      const { header } = await follow(study.prepare.image({ volumeId: image, preprocessing }), job)
      headers.push(header)
    } else headers.push(...(await follow(study.prepare.cases({ volumeIds: [image], table, preprocessing }), job)))
  return headers
}
