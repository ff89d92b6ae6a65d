// The latent contract: work on codes goes to the compute service, volumes are prepared first, trainings have processes of their own.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Handlers } from '#common/ipc/contract'
import { latentEngineContract, type latentContract } from '#common/ipc/latent'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import { STAGES_FOLDER } from '#common/project/latentFiles'
import { RUN_METRICS } from '#common/project/run'
import { follow, forward, heeding } from './forward'
import { learn, prepareBoth, prepareImages } from './latentRuns'
import { openProject, readMetrics, runName, runsFolder } from './runFolders'
import type { TrainingParts } from './trainingParts'

export function latentHandlers(parts: TrainingParts): Handlers<typeof latentContract> {
  const { jobs, study, compute } = parts
  const shared = forward(latentEngineContract, () => compute.latent)
  return {
    ...shared,

    encode: ({ model, source }, job) =>
      jobs.run('encoding', job.signal, async signal => {
        const heard = heeding(signal, job)
        const alike = await cutAlike(model, source, compute)
        const headers = await prepareImages(alike, heard, parts)
        return follow(compute.latent.encode({ model, source: alike, headers }), heard)
      }),

    plan: async ({ config }, job) => {
      const prepared = await prepareBoth(config, job, parts)
      const { classifier } = config
      const { encoder } = classifier
      // Named from the folder of a run that is not there yet.
      const run = encoder && resolve(runsFolder(await openProject(study)), 'planned', encoder)
      const planned = { ...config, classifier: { ...classifier, encoder: run } }
      return follow(compute.latent.plan({ config: planned, ...prepared }), job)
    },

    train: ({ config }, job) => jobs.run('training', job.signal, signal => learn(config, heeding(signal, job), parts)),

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
  return { ...source, crop: (await compute.latent.facts({ model })).preparation.crop }
}
