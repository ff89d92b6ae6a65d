// A model's raw label map of one volume: prepared by the study service, segmented by a compute process, gone when it was used.
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SagittaError } from '#common/errors'
import type { ModelCard, segmentProgressSchema } from '#common/ipc/compute'
import type { Client, JobContext } from '#common/ipc/contract'
import type { engineContract, rawLabelsSchema } from '#common/ipc/engine'
import type { Preprocessing } from '#common/ipc/training'
import type { z } from 'zod'
import type { Paths } from '../services/paths'
import type { StudyService } from '../services/studyService'
import { follow } from './forward'

type Engine = Client<typeof engineContract>
export type SegmentProgress = z.input<typeof segmentProgressSchema>
type Segmented = z.infer<typeof rawLabelsSchema> & { seconds: number; provider: string; notices: string[] }

export interface SegmentingModel {
  readonly path: string
  readonly card: ModelCard
  readonly preprocessing: Preprocessing
}

/** @throws model-incompatible for a model that does not segment; not-found, model-invalid */
export async function segmentingModel(path: string, engine: Engine): Promise<SegmentingModel> {
  const { card, preprocessing } = await engine.card({ path, origin: 'imported' })
  if (card.segments && preprocessing !== null) return { path, card, preprocessing }
  throw new SagittaError(
    'model-incompatible',
    `${path} is a model of another kind (${card.task}): it does not segment. Choose one that segments, or a classifier of pixels.`,
    { path },
  )
}

export interface SegmentVolumeOptions {
  readonly volumeId: string
  readonly model: SegmentingModel
  readonly engine: Engine
  readonly study: StudyService
  readonly paths: Paths
}

/** @param use takes the file in, reporting as the stage `writing`; afterwards the file goes. */
export async function segmentVolume<T>(
  { volumeId, model, engine, study, paths }: SegmentVolumeOptions,
  job: JobContext<SegmentProgress>,
  use: (made: Segmented, job: JobContext<{ done: number; total: number }>) => Promise<T>,
): Promise<T> {
  const at = (
    stage: SegmentProgress['stage'],
  ): JobContext<{ done: number; total: number; secondsLeft?: number | null }> => ({
    signal: job.signal,
    progress: ({ done, total, secondsLeft }) => job.progress({ stage, done, total, secondsLeft: secondsLeft ?? null }),
  })
  const folder = join(paths.userData, 'segmenting')
  await mkdir(folder, { recursive: true })
  const out = join(folder, `${randomUUID()}.u16`)
  try {
    const { preprocessing } = model
    const { header } = await follow(study.prepare.image({ volumeId, preprocessing }), at('preprocessing'))
    const made = await follow(engine.segment({ model: model.path, header, out }), at('segmenting'))
    return await use(made, at('writing'))
  } finally {
    await rm(out, { force: true })
  }
}
