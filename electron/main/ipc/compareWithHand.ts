// Comparing a model with what was drawn by hand, volume after volume: what can't be compared is answered with its reason.
import { stat } from 'node:fs/promises'
import type { z } from 'zod'
import { asSagittaError } from '#common/errors'
import type { compareProgressSchema, HandAgreement } from '#common/ipc/compute'
import type { JobContext } from '#common/ipc/contract'
import { inBackground } from '../services/backgroundCompute'
import type { ComputeService } from '../services/computeService'
import type { Paths } from '../services/paths'
import type { StudyService } from '../services/studyService'
import { follow } from './forward'
import { segmentingModel, segmentVolume } from './segmentVolume'

type Progress = z.input<typeof compareProgressSchema>

/** What ends the whole comparison; any other error is that of one volume. */
const ENDS_ALL: readonly string[] = ['cancelled', 'service-stopped', 'disk-full', 'not-writable', 'internal']

export class HandComparison {
  /** By model file and its time, volume, and version of its labels: what did not change is not segmented again. */
  private readonly known = new Map<string, HandAgreement>()

  constructor(
    private readonly paths: Paths,
    private readonly study: StudyService,
    private readonly compute: ComputeService,
  ) {}

  /** @throws as `models.compare` */
  async run(
    { model: path, volumeIds }: { model: string; volumeIds: readonly string[] },
    job: JobContext<Progress>,
  ): Promise<HandAgreement[]> {
    const model = await segmentingModel(path, this.compute.engine)
    const { labels } = model.card
    const { mtimeMs } = await stat(path)
    const checked: { volumeId: string; reason: string | null; key: string }[] = []
    for (const volumeId of volumeIds) {
      const { reason, version } = await this.study.agreement.check({ volumeId, labels })
      checked.push({ volumeId, reason, key: JSON.stringify([path, mtimeMs, volumeId, version]) })
    }
    const asked = checked.filter(({ reason, key }) => reason === null && !this.known.has(key))
    const failed = new Map<string, string>()
    if (asked.length > 0)
      await inBackground(this.paths, async engine => {
        for (const [volume, { volumeId, key }] of asked.entries()) {
          const one: JobContext<Omit<Progress, 'volume' | 'volumes'>> = {
            signal: job.signal,
            progress: progress => job.progress({ ...progress, volume, volumes: asked.length }),
          }
          try {
            const { study, paths } = this
            const found = await segmentVolume({ volumeId, model, engine, study, paths }, one, ({ file, labels }, at) =>
              follow(study.agreement.measure({ volumeId, file, labels }), at),
            )
            this.known.set(key, found)
          } catch (thrown) {
            const error = asSagittaError(thrown)
            if (ENDS_ALL.includes(error.code)) throw error
            failed.set(volumeId, error.message)
          }
        }
      })
    return checked.map(({ volumeId, reason, key }) => {
      const found = reason === null ? this.known.get(key) : undefined
      return found ?? notCompared(volumeId, reason ?? failed.get(volumeId) ?? '')
    })
  }
}

const notCompared = (volumeId: string, reason: string): HandAgreement => ({
  ...{ volumeId, labels: [], dice: null, slices: 0, worstSlice: null, reason },
})
