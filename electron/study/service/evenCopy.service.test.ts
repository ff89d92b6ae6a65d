// An evenly spaced copy as the app makes it: over the contract, into the open project, with labels, under the original's patient.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '#common/ipc/contract'
import { projectContract } from '#common/ipc/project'
import { Connection } from '#common/ipc/rpc'
import { studyContract } from '#common/ipc/study'
import { voxelsContract } from '#common/ipc/voxels'
import { dicomFile, imageDataset } from '../testing/dicomFile'
import { testService } from '../testing/niftiStudy'
import { channel } from '../testing/ports'
import { temporaryFolder } from '../testing/temporaryFolder'
import { studyServices } from './services'
import type { StudyService } from './studyService'

const SIZE = 16
const root = temporaryFolder()
let service: StudyService
let pipe: ReturnType<typeof channel>
let study: Client<typeof studyContract>
let voxels: Client<typeof voxelsContract>
let project: Client<typeof projectContract>
let volumeId: string

beforeAll(async () => {
  // 4.8 is missing (CASES D05).
  for (const z of [0, 1.6, 3.2, 6.4, 8]) {
    const values = Array.from({ length: SIZE * SIZE }, () => Math.round(10 * z))
    const image = imageDataset({ columns: SIZE, rows: SIZE, values, positionLps: [0, 0, z] })
    root.write(`ct/${z}.dcm`, dicomFile(image))
  }
  service = testService(join(root.path, 'app'))
  pipe = channel()
  service.connect(pipe.far, studyServices(service).control)
  const connection = new Connection(pipe.near, 'The study service')
  study = connection.client(studyContract)
  voxels = connection.client(voxelsContract)
  project = connection.client(projectContract)
  const state = await project.add({ paths: [join(root.path, 'ct')] }).done
  volumeId = state.sources[0]!.volumeId
})
afterAll(async () => {
  await service.closeProject()
  pipe.close()
})

describe('an evenly spaced copy', () => {
  it('is announced with what it takes and what nobody measured', async () => {
    expect(await study.evenCopyPlan({ volumeId })).toEqual({
      ...{ size: [SIZE, SIZE, 6], slicesInHoles: 1, bytes: 2 * 6 * SIZE * SIZE },
      spacingMm: [1, 1, expect.closeTo(1.6, 9) as number],
    })
  })

  it('is a series of the same patient with one affine, its values blended in the hole, its labels along', async () => {
    await project.addLabel({ name: 'Lesion' })
    await voxels.stroke({
      ...{ volumeId, k: 4, points: [[8, 8]], radiusMm: 2, tool: 'brush', label: 1, paintOver: 'unlocked' },
    })
    const out = join(root.path, 'out/even.nii.gz')
    const made = await study.makeEvenCopy({ volumeId, out, labels: true }).done
    const state = (await project.current({}))!
    expect(state.sources).toHaveLength(2)
    const original = state.sources.find(source => source.volumeId === volumeId)!
    const copy = state.sources.find(source => source.volumeId === made.volumeId)!
    expect(original.info.verdict.kind).toBe('gaps')
    expect(copy.path).toBe(out)
    expect(copy.info).toMatchObject({
      ...{ patientId: 'T1', patientName: 'Test^Patient', size: [SIZE, SIZE, 6], modality: 'CT' },
      studyUid: original.info.studyUid,
      verdict: { kind: 'uniform' },
    })
    expect(copy.info.warnings.find(({ code }) => code === 'resampled')?.message).toContain('Nobody measured slice 4')
    const { values } = await voxels.slice({ volumeId: made.volumeId, k: 3 })
    expect(values[0]).toBe(48)
    const { counts, states } = await voxels.openLabels({ volumeId: made.volumeId })
    const before = await voxels.openLabels({ volumeId })
    expect(counts.map(({ value, voxels: count }) => [value, count])).toEqual(
      before.counts.map(({ value, voxels: count }) => [value, count]),
    )
    expect(new Set(states)).toEqual(new Set(['untouched']))
  })

  it('keeps its patient when the project is opened another day', async () => {
    const folder = join(root.path, 'kept')
    await project.saveAs({ folder, name: 'Kept' })
    await project.close({})
    const again = await project.open({ folder })
    const copy = again.sources.find(source => source.path.endsWith('even.nii.gz'))!
    expect(copy).toMatchObject({ status: 'here', labelled: true, info: { patientId: 'T1' } })
  })

  it('of an unknown volume is refused', async () => {
    await expect(study.evenCopyPlan({ volumeId: 'none' })).rejects.toMatchObject({ code: 'volume-unknown' })
  })
})
