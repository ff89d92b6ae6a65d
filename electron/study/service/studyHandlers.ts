// The study contract: scans, volumes, thumbnails, the sample study, export.
import type { Handlers } from '#common/ipc/contract'
import type { studyContract } from '#common/ipc/study'
import { ensureSample } from '../sample'
import { makeEvenCopy, planEvenCopy } from './evenCopy'
import { exportVolume } from './exportVolume'
import { writeFileAtomic } from '../storage/atomic'
import { heeding } from './heeding'
import { intakeReport } from './intakeReport'
import type { StudyService } from './studyService'
import { thumbnailOf } from './thumbnail'

export const studyHandlers = (study: StudyService): Handlers<typeof studyContract> => ({
  scan: async ({ paths }, job) => (await study.scan(paths, heeding(job))).inspection,

  volumes: () => study.catalog.volumes,

  load: async ({ volumeId }, job) => (await study.load(volumeId, heeding(job))).info,

  thumbnail: async ({ volumeId }) => {
    const source = await study.source(volumeId)
    const middle = Math.floor((source.info.size[2] - 1) / 2)
    return thumbnailOf(await study.volumes.glance(source, middle), source.info)
  },

  exportVolume: async ({ volumeId, out }, job) => {
    const volume = await study.load(volumeId, heeding(job))
    await exportVolume(volume, out)
    return { out }
  },

  saveIntakeReport: async ({ out, ...report }) => {
    await writeFileAtomic(out, intakeReport(report, new Date()))
    return { out }
  },

  evenCopyPlan: ({ volumeId }) => planEvenCopy(study, volumeId),

  makeEvenCopy: (request, job) => makeEvenCopy(study, request, heeding(job)),

  sample: (_, job) => ensureSample(study.options.sampleRoot, heeding(job)),

  memory: () => ({ rssMb: process.memoryUsage.rss() / 1024 / 1024 }),
})
