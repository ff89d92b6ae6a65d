// A whole archive in the rail: a hundred series, sets along time, attached objects, names in every script and of every length.
import type { ProjectState } from '#common/ipc/project'
import type { VolumeInfo } from '#common/ipc/volume'
import type { FakeWorld } from '../api/fake'

const NAMES = [
  ['Yamada^Tarou=山田^太郎', 'PX-1', 'Äußerst lange Beschreibung einer Serie, wie sie Geräte schreiben, mit µ und ½'],
  ['Zółć^Łukasz', '', 'T2 TSE sag'],
  ['', 'ANON-77120348-2024-03-11-and-a-long-tail', ''],
  ['محمد^أحمد', 'PX-4', 'CT Thorax 1.0 B70f'],
] as const

export function crowd(world: FakeWorld): void {
  const [first] = world.volumes
  if (!first || !world.project) return
  const sources: ProjectState['sources'] = []
  const add = (id: string, part: Partial<VolumeInfo>): void => {
    const info: VolumeInfo = { ...first.info, id, ...part }
    world.volumes.push({ info, voxels: first.voxels })
    sources.push({ volumeId: id, path: info.source, status: 'here', info, labelled: id.endsWith('3') })
  }
  for (const [p, [patientName, patientId, description]] of NAMES.entries()) {
    const patient = { patientName, patientId, studyUid: `study-${p}` }
    for (let n = 0; n < 25; n++)
      add(`${p}-${n}`, { ...patient, description: description && `${description} ${n}`, seriesNumber: n })
    for (let index = 0; index < 40; index++)
      add(`${p}-time-${index}`, {
        ...patient,
        ...{ description: `ep2d_bold_moco (${index + 1} of 40: time ${index + 1})`, seriesNumber: 90, modality: 'MR' },
        set: { id: `set-${p}`, axis: 'time', index, count: 40 },
        attachments: [{ kind: 'segmentation', path: '/scans/seg.dcm', sopInstanceUid: '1.2', description: 'Liver' }],
      })
  }
  world.project.sources = sources
}
