// Runs that learn codes of images: their volumes prepared, a process of their own, started or gone on with.
import type { JobContext } from '#common/ipc/contract'
import type { DoneOfTotal } from '#common/ipc/study'
import type { TrainProgress, TrainResult } from '#common/ipc/training'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import { unscaled } from '#common/latent/unscaled'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { LatentRun } from '../services/trainingProcesses'
import { follow as followJob } from './forward'
import { newRunFolder, openProject, runsFolder } from './runFolders'
import { following, preparing } from './runProgress'
import type { TrainingParts } from './trainingParts'

/** A run of its own, with a folder of its own. */
export async function learn(
  config: LatentTrainConfig,
  job: JobContext<TrainProgress>,
  parts: TrainingParts,
): Promise<TrainResult> {
  const prepared = await prepareBoth(config, preparing(job), parts)
  const folder = await newRunFolder(runsFolder(await openProject(parts.study)), parts.now())
  parts.runsChanged()
  return follow({ config, folder, ...prepared }, job, parts)
}

/** Goes on with a run that learns codes; the trainer sees whether its images changed since. */
export async function learnOn(
  config: LatentTrainConfig,
  folder: string,
  job: JobContext<TrainProgress>,
  parts: TrainingParts,
): Promise<TrainResult> {
  return follow({ config, folder, ...(await prepareBoth(config, preparing(job), parts)), resume: true }, job, parts)
}

const follow = (run: LatentRun, job: JobContext<TrainProgress>, parts: TrainingParts): Promise<TrainResult> =>
  following(job, parts, heard => parts.training.learn(run, heard))

export async function prepareBoth(config: LatentTrainConfig, job: JobContext<DoneOfTotal>, parts: TrainingParts) {
  return {
    headers: await prepareImages(config.dataset, job, parts),
    validationHeaders: config.validation ? await prepareImages(config.validation, job, parts) : [],
  }
}

/** Unscaled: one scale for all images is chosen when they are read. Empty for sources that are no volumes. */
export async function prepareImages(
  source: ImageSourceConfig,
  job: JobContext<DoneOfTotal>,
  { study }: Pick<TrainingParts, 'study'>,
): Promise<string[]> {
  if (source.kind !== 'studies') return []
  const preprocessing = unscaled(source.crop)
  const table = { values: source.classes.map(({ value }) => value) }
  const headers: string[] = []
  for (const { image, labels } of source.cases)
    if (labels === null || table.values.length === 0) {
      const { header } = await followJob(study.prepare.image({ volumeId: image, preprocessing }), job)
      headers.push(header)
    } else headers.push(...(await followJob(study.prepare.cases({ volumeIds: [image], table, preprocessing }), job)))
  return headers
}
